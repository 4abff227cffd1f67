/** One answer for all who ask within a second. */

const AGE_MS = 1_000;

export interface Remembering {
  /** Milliseconds, by a clock that does not jump. */
  readonly elapsed: () => number;
  /** Nothing is kept once it is aborted. */
  readonly signal: AbortSignal;
}

export interface RememberedAnswer<T> {
  readonly ask: () => Promise<T>;
  /** Whoever asks next is told anew. */
  readonly forget: () => void;
}

/** A failure is told to whoever asked meanwhile, and to nobody after them. */
export function rememberedAnswer<T>(ask: () => Promise<T>, { elapsed, signal }: Remembering): RememberedAnswer<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return {
    ask() {
      const at = elapsed();
      if (last === undefined || at - last.at >= AGE_MS || signal.aborted) {
        const answer = ask();
        last = { at, answer };
        // a failure is nothing that others should be told
        answer.catch(() => {
          if (last?.answer === answer) last = undefined;
        });
      }
      return last.answer;
    },
    forget() {
      last = undefined;
    },
  };
}
