/**
 * One round of telling: what was decided earlier and nobody is known to have been told is told first; then what holds now is judged, what
 * follows is written down with the message that tells it, and only then it is sent. So a kill in between leaves nothing untold, and
 * what may be told twice has the same id.
 */
import type { Config } from "../config/checked-config.ts";
import type { AlertSettings } from "../config/schema.ts";
import type { Channel } from "../notices/notice.ts";
import type { Silence } from "../storage/contract/alarms.ts";
import { type AlarmState, type Holding, keyOf } from "./alarm.ts";
import type { Book, Page, Pending } from "./book.ts";
import { digestOf } from "./digest.ts";
import { decide } from "./ladder.ts";
import { delayBefore, type SendingOptions, sendToFirst } from "./sending.ts";

export interface Judged {
  readonly holding: readonly Holding[];
  /** Given up since nobody over there has that id, where that does not ring: said where there is something else to tell. */
  readonly unmatched?: number;
  readonly isUnknown: (alarm: Pick<AlarmState, "name" | "subject">) => boolean;
}

export interface RoundOptions extends SendingOptions {
  readonly book: Book;
  readonly alerts: AlertSettings;
  readonly bridge: Config["name"];
  /** Those of `alerts.to`, in this order. */
  readonly channels: readonly Channel[];
  /** Asked only of whoever tells. Rejects when nobody can tell: then all stays as it was. */
  readonly judge: () => Promise<Judged>;
  readonly newId: () => string;
  readonly host?: string;
}

export interface Rounded {
  readonly states: ReadonlyMap<string, AlarmState>;
  readonly silences: readonly Silence[];
}

/** `null`: another machine tells. */
export async function tellRound(options: RoundOptions): Promise<Rounded | null> {
  const { book, alerts, bridge, host, newId } = options;
  const page = await book.open();
  if (page === null) return null;
  if (!(await tellPending(page, page.pending, options))) return null;
  const { holding, isUnknown, unmatched = 0 } = await options.judge();
  const { now, silences } = page;
  const { words, states } = decide(page.states, holding, { now, isUnknown, isSilenced: silencedBy(silences) });
  const about = { id: newId(), language: alerts.language, bridge, now, unmatched, ...(host !== undefined && { host }) };
  const notice = words.length === 0 ? undefined : digestOf(words, about);
  if (!(await book.note(page, { states, notice }))) return null;
  if (notice !== undefined) {
    const fresh = { notice, tries: 0, dueAt: now };
    if (!(await tellPending({ ...page, states }, [fresh], options))) return null;
  }
  return { states, silences };
}

/** False when another tells by now. */
async function tellPending(page: Page, pending: readonly Pending[], options: RoundOptions): Promise<boolean> {
  const { book, channels, log } = options;
  for (const { notice, tries, dueAt } of pending) {
    if (dueAt > page.now) continue;
    if (options.signal.aborted) return true;
    const sent = await sendToFirst(notice, channels, options);
    const { id } = notice;
    const delayMs = sent.tag === "told" ? null : delayBefore(tries, sent.afterMs);
    if (sent.tag !== "told" && delayMs === null) {
      log.error({ fact: "alert.unheard", id, kind: notice.kind, title: notice.title });
    }
    const isMine = await book.note(page, delayMs === null ? { ended: [id] } : { later: [{ id, delayMs }] });
    if (!isMine) return false;
  }
  return true;
}

/** A silence of an alarm's name means whatever it is about. */
export function silencedBy(
  silences: readonly Pick<Silence, "name">[],
): (alarm: Pick<AlarmState, "name" | "subject">) => boolean {
  const names = new Set(silences.map(({ name }) => name));
  return (alarm) => names.has(alarm.name) || names.has(keyOf(alarm));
}
