/** Percent-encoding, as it comes from others: what is not well formed stays as it is. */

export function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a stray per cent sign: `100%`
  }
}

/** As forms and queries are encoded: a plus is a space. */
export function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
