/** The code of what was thrown, as Node.js, SQLite and PostgreSQL name it (`ENOENT`, `40001`); empty where it has none. */
export function codeOf(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  // those of the DOM are numbers, and say nothing
  return typeof error.code === "string" ? error.code : "";
}
