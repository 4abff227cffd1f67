/** Keys in PEM, the only credentials of several lines. Pure. */

/** Line ends, also as a written `\n`: as many put a key into a variable. */
const LINE_END = /\r?\n|\\n/;

/** Whether a text begins as a key does; OpenSSL writes what it knows of one before it. */
export function isKeyFile(text: string): boolean {
  return /^(-----BEGIN |(Bag|Key) Attributes)/.test(text);
}

/** Without line ends, for whoever judges the rest. */
export function withoutLineEnds(text: string): string {
  return text.split(LINE_END).join("");
}

/** The lines that are the key itself: an error of a library may quote one of them alone. */
export function keyLines(text: string): string[] {
  return text.split(LINE_END).filter((line) => line !== "" && !line.startsWith("-----"));
}
