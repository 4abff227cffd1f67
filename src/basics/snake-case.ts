/** Names as everything that leaves the bridge writes them: `retry_in_ms`, never `retryInMs`. */

const CAPITAL = /(?<=[a-z0-9])[A-Z]/g;

/** `retryInMs` → `retry_in_ms`. What is in snake_case, or no name of ours (`X-Trace-Id`), stays as it is. */
export function snakeCase(name: string): string {
  return /^[a-z][A-Za-z0-9]*$/.test(name) ? name.replace(CAPITAL, (capital) => `_${capital.toLowerCase()}`) : name;
}
