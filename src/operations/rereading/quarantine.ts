/** Reads the quarantine once more: what is understood now is taken in. */
import { everyPage } from "../../basics/pages.ts";
import { checkCallback, isFaultOfReading } from "../../callback.ts";
import type { Callback, QuarantineEntry } from "../../storage/contract/callbacks.ts";
import { reread } from "../quarantine/reread.ts";
import { mayBeOvertaken } from "./decisions.ts";
import { headOf, takeInOne, type Walk } from "./walk.ts";

/** Bodies may be large. */
const PAGE = 20;

export async function walkQuarantine(walk: Walk): Promise<void> {
  for (const id of await idsBetween(walk)) {
    const entry = await walk.storage.quarantineEntry(id);
    // what did not prove to come from Chat when it came is no matter of reading
    if (entry === null || !isFaultOfReading(entry.fault)) continue;
    walk.report.read += 1;
    await readEntry(walk, entry);
    walk.onRead(walk.report.read);
  }
}

async function readEntry(walk: Walk, entry: QuarantineEntry): Promise<void> {
  const { report, empty } = walk;
  const reading = reread(entry, Date.now());
  if (reading.tag === "faulty") {
    report.faulty += 1;
    if (entry.body.length < 2 && entry.size < 2) empty.set(headOf(entry), entry.id);
  } else if (isOld(walk, reading.intake.callbacks[0])) report.leftOut += 1;
  else await takeInOne(walk, reading.intake, [entry.id]);
}

function isOld({ whole }: Walk, callback: Callback | undefined): boolean {
  if (callback === undefined) return false;
  const checked = checkCallback(callback);
  return checked.ok && mayBeOvertaken(callback.receivedAt, checked.eventTime, whole);
}

/** Collected before anything is removed: a page begins behind an entry that must still be there. */
async function idsBetween({ storage, since, until = Number.POSITIVE_INFINITY }: Walk): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of everyPage(PAGE, (part) => storage.quarantined(part))) {
    ids.push(...page.filter(({ receivedAt }) => receivedAt >= since && receivedAt < until).map(({ id }) => id));
  }
  return ids;
}
