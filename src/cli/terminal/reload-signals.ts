/** SIGHUP, as a bridge hears it from its first moment to its last: unheard it would end the process. */
import type { Io } from "../io.ts";

/** One that comes while nobody listens is handed on, once, to whoever listens first; behind the last listener it means nothing. */
export function reloadSignals(io: Pick<Io, "onReloadSignal">): Pick<Io, "onReloadSignal"> {
  let isDue = false;
  let listener: (() => void) | undefined;
  io.onReloadSignal(() => {
    if (listener === undefined) isDue = true;
    else listener();
  });
  return {
    onReloadSignal(next) {
      listener = next;
      if (isDue) next();
      isDue = false;
      return () => {
        listener = undefined;
      };
    },
  };
}
