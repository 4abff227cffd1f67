/** What was read again is taken in, and the entries of the quarantine that it was read from go: one transaction. */
import { isNotice } from "../../callback.ts";
import type { TakenIn } from "../contract/callbacks.ts";
import { TAKEN_BY_ANOTHER } from "../rules/repairing.ts";
import { noteAct } from "./audit.ts";
import type { Context, Operations } from "./context.ts";
import { insertCallback } from "./intake.ts";
import { keepQuarantine } from "./quarantine.ts";

export function takingInOperations(context: Context): Pick<Operations, "takeIn"> {
  const { one, run } = context;

  /** Of the callback that was written last: from which edited entries it was read. */
  function rememberEdited(served: readonly string[]): void {
    for (const id of served) {
      run(
        `UPDATE edited SET callback = (SELECT max(seq) FROM callbacks)
         WHERE seq = (SELECT seq FROM quarantine WHERE id = ?)`,
        id,
      );
    }
  }

  /** Why it is not taken in; undefined when it is. */
  function takeOne({ callback, quarantine, served }: TakenIn): string | undefined {
    const isThere = (id: string) => one("SELECT 1 FROM quarantine WHERE id = ?", id) !== undefined;
    if (served.length > 0 && !served.some(isThere)) return TAKEN_BY_ANOTHER;
    const fault = callback && insertCallback(context, callback);
    if (fault !== undefined) return fault;
    // a notice has no number among them
    if (callback !== undefined && !isNotice(callback.command)) rememberEdited(served);
    // before what is still not understood: that may be the same entry
    for (const id of served) run("DELETE FROM quarantine WHERE id = ?", id);
    keepQuarantine(context, quarantine);
    return undefined;
  }

  return {
    takeIn(taken, act) {
      const refused = taken.flatMap((one, index) => {
        const why = takeOne(one);
        return why === undefined ? [] : [{ index, why }];
      });
      noteAct(context, act, taken.length - refused.length);
      return { refused };
    },
  };
}
