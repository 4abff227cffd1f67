/**
 * Nobody but the command line ends its process: a connector of one's own that did would take the answer of `check` with
 * it, or the queue of all others. Such a call throws where it stands, and is a fault as any other.
 */

/** What ends a process, in the forms that modules find. */
export interface ProcessEnds {
  /** `process`. */
  readonly node: { exit(code?: number | string | null): never; reallyExit?(code?: number): never };
  /** `Deno`, where there is one: its `exit` is what the other forms call in the end. */
  readonly deno?: { exit(code?: number): never } | undefined;
}

/** What a call that would end the process throws instead. */
export class WouldEnd extends Error {}

/** Takes the ways out away from everybody else. Returns the one that is left. */
export function keepExit({ node, deno }: ProcessEnds): (code?: number) => never {
  let isOurs = false;
  const exit = node.exit.bind(node);
  const guard = <T extends object>(object: T, key: keyof T & string, name: string) => {
    const end = object[key];
    if (typeof end !== "function") return;
    const guarded = (code?: number) => {
      if (isOurs) return end.call(object, code);
      throw refusal(`${name}(${code ?? ""})`, guarded);
    };
    Object.defineProperty(object, key, { value: guarded, writable: true, configurable: true });
  };
  guard(node, "exit", "process.exit");
  guard(node, "reallyExit", "process.exit");
  if (deno !== undefined) guard(deno, "exit", "Deno.exit");
  return (code) => {
    isOurs = true;
    return exit(code);
  };
}

/** With the place of the call as that of the fault. */
function refusal(call: string, guarded: (code?: number) => unknown): WouldEnd {
  const error = new WouldEnd(`this would end the whole process: ${call}`);
  Error.captureStackTrace(error, guarded);
  return error;
}
