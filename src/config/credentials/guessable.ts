/** Credentials that anybody guesses, and that nobody can tell from words and numbers of ours. Pure. */
import { isOrdinaryWord } from "./ordinary.ts";

/** Characters. Shorter ones stand in ordinary words and numbers. */
export const SHORTEST = 6;

/** True for a text that is short, or one word or number: `delivered`, `Password1`, `123456`. */
export function isGuessable(text: string): boolean {
  return text.length < SHORTEST || (/^[\p{L}\p{N}]+$/u.test(text) && isOrdinaryWord(text));
}
