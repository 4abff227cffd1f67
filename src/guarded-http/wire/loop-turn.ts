/** Letting a runtime look at its sockets once: what had arrived by now has been heard of when it resolves. */

export function loopTurn(): Promise<void> {
  return IS_DENO ? new Promise((resolve) => setTimeout(resolve, 1)) : twoImmediates();
}

/** Deno runs immediates without a look at its sockets. Tried with 2.9.6. */
const IS_DENO = "Deno" in globalThis;

/** Of those whose first one has not come: whoever asks by then shares both. */
let begun: Promise<void> | undefined;

/** The first may come before the look. Tried with Bun 1.4.5. */
function twoImmediates(): Promise<void> {
  begun ??= new Promise((resolve) => {
    setImmediate(() => {
      begun = undefined;
      setImmediate(resolve);
    });
  });
  return begun;
}
