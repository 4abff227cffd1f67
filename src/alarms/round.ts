/**
 * One round of telling: what holds now is judged, what follows is written down with the message that tells it, and only then that is
 * sent, with whatever was decided on earlier and nobody is known to have been told. So a kill in between leaves nothing untold, and what
 * may be told twice has the same id.
 */
import type { Typed } from "../basics/typed.ts";
import type { Config } from "../config/checked-config.ts";
import type { AlertSettings } from "../config/schema.ts";
import type { Channel } from "../notices/notice.ts";
import type { Silence } from "../storage/contract/alarms.ts";
import { type AlarmState, alarmKey, type Holding } from "./alarm.ts";
import type { Book, BookPage, Pending } from "./book.ts";
import { digestNotice } from "./digest.ts";
import { decide } from "./ladder.ts";
import type { Outbox } from "./outbox.ts";

export interface JudgedAlarms {
  readonly holding: readonly Holding[];
  /** Given up since nobody over there has that id, where that does not ring: said where there is something else to tell. */
  readonly unmatched?: number;
  readonly isUnknown: (alarm: Pick<AlarmState, "name" | "subject">) => boolean;
  readonly isWanted: (alarm: Pick<AlarmState, "name" | "subject">) => boolean;
}

export interface RoundOptions {
  readonly book: Book;
  readonly outbox: Outbox;
  readonly alerts: AlertSettings;
  readonly bridge: Config["name"];
  /** Those of `alerts.to`, in this order; asked when all is decided on, for the settings may have changed by then. */
  readonly channels: () => readonly Channel[];
  /** Asked only of whoever tells. Rejects when nobody can tell: then all stays as it was. */
  readonly judge: () => Promise<JudgedAlarms>;
  readonly newId: () => string;
  readonly host?: string;
  /** Commands as they are typed here. */
  readonly typed?: Typed | undefined;
}

export interface Rounded {
  readonly states: ReadonlyMap<string, AlarmState>;
  readonly silences: readonly Silence[];
}

/** `null`: another machine tells. What is sent then goes on beside it. */
export async function tellRound(options: RoundOptions): Promise<Rounded | null> {
  const { book, outbox, channels } = options;
  const unclear = outbox.sending();
  const page = await book.open();
  if (page === null) return null;
  const tell = (fresh: readonly Pending[]) => outbox.tell(page, [...page.pending, ...fresh], unclear, channels());
  try {
    const { states, notice } = await decideOn(page, options);
    if (!(await book.note(page, { states, notice }))) return null;
    tell(notice === undefined ? [] : [{ notice, tries: 0, dueAt: page.now }]);
    return { states, silences: page.silences };
  } catch (error) {
    // what was decided on earlier is told whether or not anybody can judge
    tell([]);
    throw error;
  }
}

async function decideOn(page: BookPage, options: RoundOptions) {
  const { judge, newId, alerts, bridge, host, typed } = options;
  const { language, console } = alerts;
  const { holding, isUnknown, isWanted, unmatched = 0 } = await judge();
  const { now, silences } = page;
  const isSilenced = silencedBy(silences);
  const { words, states } = decide(page.states, holding, { now, isUnknown, isWanted, isSilenced });
  const about = { id: newId(), language, bridge, console, now, unmatched, typed, ...(host !== undefined && { host }) };
  return { states, notice: words.length === 0 ? undefined : digestNotice(words, about) };
}

/** A silence of an alarm's name means whatever it is about. */
export function silencedBy(
  silences: readonly Pick<Silence, "name">[],
): (alarm: Pick<AlarmState, "name" | "subject">) => boolean {
  const names = new Set(silences.map(({ name }) => name));
  return (alarm) => names.has(alarm.name) || names.has(alarmKey(alarm));
}
