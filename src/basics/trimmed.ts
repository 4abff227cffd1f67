/** Line ends behind a text and a byte order mark before it are an editor's or a shell's, never the value's. Pure. */
export function trimmed(text: string): string {
  return text.replace(/^\ufeff/, "").replace(/[\r\n]+$/, "");
}
