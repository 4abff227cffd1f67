/** Letting a runtime look at its sockets once: what had arrived by now has been heard of when it resolves. */

export function loopTurn(): Promise<void> {
  return IS_DENO ? new Promise((resolve) => setTimeout(resolve, 1)) : twoImmediates();
}

/** Deno runs immediates without a look at its sockets. Tried with 2.9.6. */
const IS_DENO = "Deno" in globalThis;

/** The first may come before the look. Tried with Bun 1.4.5. */
function twoImmediates(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}
