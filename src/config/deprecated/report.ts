/** What is said of settings under their old names: a warning, and an error only where it is in doubt what is meant. */
import type { Decoding } from "../decoding/context.ts";
import { maskPath } from "../faults/discreet.ts";
import { dotted } from "../yaml/tree.ts";
import type { Outdated } from "./modernize.ts";

export function reportOutdated(outdated: readonly Outdated[], decoding: Decoding): void {
  for (const one of outdated) {
    const { entry, path, isTwice } = one;
    // it may be a credential that nothing decodes any more
    if (isDropped(one)) decoding.conceal("", entry.value);
    const severity = isTwice ? "error" : "warning";
    decoding.fault({ offset: entry.keyRange[0], path, ...wordsFor(one), severity });
  }
}

const isDropped = ({ deprecated, isTwice }: Outdated): boolean => isTwice || !("to" in deprecated);

function wordsFor({ deprecated, entry, target = [], isTwice }: Outdated): {
  readonly what: string;
  readonly todo: string;
} {
  const old = `"${entry.key}"`;
  if (!("to" in deprecated)) {
    const todo = `${deprecated.instead} (\`check --fix\` takes it out); ${deprecated.until} knows it no longer`;
    return { what: `${old} has no effect any more`, todo };
  }
  const to = typeof deprecated.to === "string" ? deprecated.to : dotted(maskPath(target));
  if (isTwice) return { what: `${old} is now "${to}", and both stand here`, todo: `delete ${old}` };
  const todo = `use "${to}" instead (\`check --fix\` rewrites it); ${deprecated.until} knows it no longer`;
  return { what: `${old} is now "${to}"`, todo };
}
