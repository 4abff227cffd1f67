/** Reading JSON that nobody promised: whatever is not as expected is empty. */

export function textIn(record: Readonly<Record<string, unknown>>, key: string): string | undefined {
  const value = record[key];
  return typeof value === "string" ? value : undefined;
}

/** A list of texts; one text alone is a list of one. */
export function textsIn(record: Readonly<Record<string, unknown>>, key: string): string[] {
  const value = record[key];
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
}
