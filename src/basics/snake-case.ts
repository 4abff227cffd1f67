/** Names as everything that leaves the bridge writes them: `retry_in_ms`, never `retryInMs`. */

const CAPITAL = /(?<=[a-z0-9])[A-Z]/g;

/** `retryInMs` → `retry_in_ms`. What is in snake_case, or no name of ours (`X-Trace-Id`), stays as it is. */
export function snakeCase(name: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? name.replace(CAPITAL, (capital) => `_${capital.toLowerCase()}`) : name;
}

/** What is not ours: a request's body, headers, a map by names that somebody gave. */
class Verbatim {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** Marks a value that `inSnakeCase` hands on as it is. */
export function verbatim(value: unknown): unknown {
  return new Verbatim(value);
}

/** The same value with all its keys in snake_case, but for what is marked as `verbatim`. */
export function inSnakeCase(value: unknown): unknown {
  if (value instanceof Verbatim) return value.value;
  if (Array.isArray(value)) return value.map(inSnakeCase);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [snakeCase(key), inSnakeCase(inner)]));
}
