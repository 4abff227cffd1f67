/** Who did what, and who looked up whom, page by page. */
import { time } from "../../basics/format.ts";
import { verbatim } from "../../basics/snake-case.ts";
import type { AuditFilter, AuditRow } from "../../storage/contract/audit.ts";
import type { Asked, Found, Questions } from "../../storage/contract/questions.ts";
import { patiently } from "../patience.ts";

/** One page, newest first. Changes nothing. */
export function listAudit(
  questions: Pick<Questions, "audited">,
  filter: AuditFilter,
  page: Asked,
): Promise<Found<AuditRow>> {
  return patiently(page, (part) => questions.audited(filter, part));
}

export function auditJson({ at, until, filter, ...rest }: AuditRow): Record<string, unknown> {
  return { ...rest, filter: verbatim(filter), at: time(at), until: time(until) };
}
