/** What a language throws at whoever programs it; a store that is away says so in an `Error`. */
export function isFaultOfOurs(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}
