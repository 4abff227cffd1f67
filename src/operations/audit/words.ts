/** How what stands in the audit is told in English. Pure. */
import type { LookUp, RepairOperation } from "../../storage/contract/audit.ts";

/** What this release does; a newer one may have done something else. */
export type Audited = RepairOperation | LookUp["operation"];

export const AUDITED: Readonly<Record<Audited, string>> = {
  replay: "replayed",
  discard: "discarded",
  retry: "retried",
  pause: "paused",
  resume: "resumed",
  quarantine_replay: "took in from the quarantine",
  quarantine_edit: "edited in the quarantine",
  callbacks_reread: "reread callbacks",
  reconcile_discard: "took the missing off the roster",
  reconcile_release: "released the missing",
  alerts_silence: "silenced an alarm",
  reconcile_run: "compared rosters",
  reconcile_dry_run: "compared rosters, changing nothing",
  restore: "restored a backup",
  search: "looked up",
  export: "exported",
};

function isAudited(operation: string): operation is Audited {
  return Object.hasOwn(AUDITED, operation);
}

/** As it was written where this release has no words for it. @param words of the reader's language, the same operations */
export function auditedText(operation: string, words: Readonly<Record<Audited, string>> = AUDITED): string {
  return isAudited(operation) ? words[operation] : operation;
}
