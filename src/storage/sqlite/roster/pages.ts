/** What a pass has read: Chat's pages, and whom the quarantine names. */
import type { Lost, RosterStep } from "../../contract/held-pass.ts";
import type { Named, NotedPage, PageNoted, Pass } from "../../contract/passes.ts";
import { namedIn } from "../../naming.ts";
import { fitting, UNREAD_BYTES } from "../../rules/bounds.ts";
import { LOST } from "../../rules/roster-rows.ts";
import { quarantineOf } from "../../rules/rows.ts";
import type { Context, Operations } from "../context.ts";
import { heldPass } from "./passes.ts";
import type { Scratches } from "./scratch.ts";

export function pageOperations(
  context: Context,
  scratches: Scratches,
): Pick<Operations, "notePage" | "noteQuarantined"> {
  return {
    notePage: (page) => notePage(context, scratches, page),
    noteQuarantined: (step) => noteQuarantined(context, scratches, step),
  };
}

function notePage(context: Context, scratches: Scratches, { page, people, next, ...held }: NotedPage): PageNoted {
  const { one, run, now } = context;
  const pass = heldPass(context, held);
  if (pass === undefined || pass.state !== "reading") return LOST;
  const same = "SELECT 1 FROM pass_pages WHERE pass = ? AND next = ? AND page < ?";
  if (next !== "" && one(same, pass.id, next, page) !== undefined) return { tag: "repeated" };
  const fresh = scratches.of(pass.id).notePage(page, people);
  const before = one("SELECT people FROM pass_pages WHERE pass = ? AND page = ?", pass.id, page);
  run(
    `INSERT INTO pass_pages VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET next = excluded.next, people = excluded.people, noted_at = excluded.noted_at`,
    ...[pass.id, page, next, fresh, now()],
  );
  // added to, and not counted anew: there may be thousands of pages
  const total = pass.people + fresh - Number(before?.people ?? 0);
  run(
    "UPDATE passes SET pages = ?, people = ?, next = ? WHERE id = ?",
    ...[pass.pages + (before === undefined ? 1 : 0), total, next, pass.id],
  );
  return { tag: "noted", people: total };
}

/** Whether what was read is there still: it goes all at once, so the first page that has anybody tells. */
export function isRead({ one }: Context, scratches: Scratches, { id }: Pass): boolean {
  const first = one("SELECT page FROM pass_pages WHERE pass = ? AND people > 0 ORDER BY page LIMIT 1", id);
  return first === undefined || scratches.of(id).hasPage(Number(first.page));
}

function noteQuarantined(context: Context, scratches: Scratches, { after, limit, ...held }: RosterStep): Named | Lost {
  const { all, now } = context;
  const pass = heldPass(context, held);
  if (pass === undefined) return LOST;
  const page = "FROM quarantine WHERE seq > ? ORDER BY seq LIMIT ?";
  const sizes = all(`SELECT length(body) AS size ${page}`, Number(after ?? 0), limit);
  const most = fitting(
    sizes.map(({ size }) => Number(size)),
    UNREAD_BYTES,
  );
  const rows = all(`SELECT * ${page}`, Number(after ?? 0), most);
  const named = rows.flatMap((row) => namedIn(quarantineOf(row), pass, now()));
  if (named.length > 0) scratches.of(pass.id).noteNamed(named);
  const last = rows.length > 0 && (most < sizes.length || sizes.length === limit) ? rows.at(-1) : undefined;
  return { tag: "named", people: named.length, next: last === undefined ? null : String(last.seq) };
}
