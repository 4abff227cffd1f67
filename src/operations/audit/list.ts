/** Who did what, and who looked up whom, page by page. */
import { time } from "../../basics/format.ts";
import { type Page, type PageOptions, pageOf } from "../../basics/pages.ts";
import { verbatim } from "../../basics/snake-case.ts";
import type { AuditFilter, AuditRow } from "../../storage/contract/audit.ts";
import type { Storage } from "../../storage/contract/storage.ts";

/** One page, newest first. Changes nothing. */
export function listAudit(
  storage: Pick<Storage, "audited">,
  filter: AuditFilter,
  page: PageOptions,
): Promise<Page<AuditRow>> {
  return pageOf(page, (part) => storage.audited(filter, part));
}

export function auditJson({ at, until, filter, ...rest }: AuditRow): Record<string, unknown> {
  return { ...rest, filter: verbatim(filter), at: time(at), until: time(until) };
}
