/** Text for people and for scripts: foreign characters must not steer the terminal that they are printed on. */

/** Several lines as they may be shown. Colours are put in afterwards, never before. */
export function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

/** One foreign text on one line, at most `longest` characters of it. */
export function shown(text: string, longest = 300): string {
  const line = printable(text.replaceAll("\t", " "));
  return line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
}

/** What JSON leaves as it is, and a terminal does not: DEL, C1, line separators, and what turns the direction of writing. */
const STEERING = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Indented JSON that a script reads back exactly, and that a terminal can show. */
export function jsonText(value: unknown): string {
  return `${escaped(JSON.stringify(value, null, 2))}\n`;
}

/** The same on one line. */
export function jsonLine(value: unknown): string {
  return `${escaped(JSON.stringify(value))}\n`;
}

/** JSON that says the same, and steers no terminal. */
export function escaped(json: string): string {
  return json.replace(STEERING, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Foreign text must not steer the terminal that it is printed on. Keeps the width. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "\ufffd");
}

/** With a capital at its beginning. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** What was thrown, in its own words. Runtimes and libraries also throw findings that are no errors of this realm. */
export function messageOf(thrown: unknown): string {
  const hasMessage = typeof thrown === "object" && thrown !== null && "message" in thrown;
  return hasMessage && typeof thrown.message === "string" ? thrown.message : String(thrown);
}
