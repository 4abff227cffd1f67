/** Reading JSON that nobody promised: whatever is not as expected is empty. */

/** The parsed text, or undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function textIn(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = record[key];
  return typeof value === "string" ? value : undefined;
}

/** A list of texts; one text alone is a list of one. */
export function textsIn(record: Readonly<Record<string, unknown>>, key: string): string[] {
  const value = record[key];
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
}
