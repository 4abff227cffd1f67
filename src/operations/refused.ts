/** An operation that does not do what was asked. */

/** `unknown`: what was named is not there; `unreachable`: the store, or what was asked, could not be reached. */
export type RefusalCause = "unknown" | "unreachable";

/** Its words are for people, and say what to do; nothing was changed. */
export class Refused extends Error {
  readonly why: RefusalCause;
  constructor(why: RefusalCause, words: string) {
    super(words);
    this.why = why;
  }
}
