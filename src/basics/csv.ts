/** Tables as RFC 4180 has them, for spreadsheets. Pure. */

export type Cell = string | number | boolean | null;

/** What Excel needs to read a file as UTF-8. */
const MARK = "\uFEFF";

/** A whole file. A cell that a spreadsheet would run as a formula is disarmed: it begins with an apostrophe then. */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return MARK + rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  const text = typeof cell === "string" ? disarmed(cell.toWellFormed()) : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** https://owasp.org/www-community/attacks/CSV_Injection */
function disarmed(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
