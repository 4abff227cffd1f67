/**
 * Where is remembered what was told. Of most alarms in the store: for a restart, and for the machine that tells next. Of those about the
 * store itself in memory: they must be told while it does not answer.
 */
import type { Notice } from "../notices/notice.ts";
import type { KeptNotice, Silence } from "../storage/contract/alarms.ts";
import type { Storage } from "../storage/contract/storage.ts";
import { ALARM_NAMES, type AlarmState, alarmKey, DETAILS } from "./alarm.ts";

export interface Pending {
  readonly notice: Notice;
  readonly tries: number;
  readonly dueAt: number;
}

export interface BookPage {
  /** By key. */
  readonly states: ReadonlyMap<string, AlarmState>;
  readonly silences: readonly Silence[];
  /** To be told, the oldest first. */
  readonly pending: readonly Pending[];
  /** By the clock of whoever remembers, milliseconds since 1970. */
  readonly now: number;
}

export interface BookChanges {
  readonly states?: ReadonlyMap<string, AlarmState>;
  readonly notice?: Notice | undefined;
  /** Ids of notices that nobody need tell any more. */
  readonly ended?: readonly string[];
  readonly later?: readonly { readonly id: string; readonly delayMs: number }[];
}

export interface Book {
  /** `null`: another machine tells. */
  open(): Promise<BookPage | null>;
  /** All or nothing; nothing is written where nothing is other than on the page. False when another tells by now: nothing was written. */
  note(page: BookPage, changes: BookChanges): Promise<boolean>;
}

/** Longer than all that is sent in one round: who tells too late is still the one who tells. */
export const LEASE_MS = 60_000;

/** @param aheadMs how far ahead of the store's clock it is */
export function storeBook(
  storage: Pick<Storage, "openAlarms" | "noteAlarms">,
  holder: string,
  aheadMs: () => number = () => 0,
): Book {
  const teller = { holder, leaseMs: LEASE_MS };
  return {
    async open() {
      const book = await storage.openAlarms(teller);
      if (book === null) return null;
      const states = statesOf(book.alarms);
      return { states, silences: book.silences, pending: book.notices.flatMap(pendingOf), now: book.now + aheadMs() };
    },
    async note({ states: before }, { states, notice, ended, later }) {
      const keep = [...(states ?? [])]
        .map(([key, state]) => ({ key, state: JSON.stringify(state) }))
        .filter(({ key, state }) => state !== JSON.stringify(before.get(key)));
      const drop = states === undefined ? [] : [...before.keys()].filter((key) => !states.has(key));
      const isOther = keep.length > 0 || drop.length > 0 || notice !== undefined;
      if (!isOther && ended === undefined && later === undefined) return true;
      return storage.noteAlarms({
        ...teller,
        ...{ keep, drop },
        ...(notice !== undefined && { notice: { id: notice.id, notice: JSON.stringify(notice) } }),
        ...(ended !== undefined && { ended }),
        ...(later !== undefined && { later }),
      });
    },
  };
}

/** What a newer release has written and this one does not know is left alone, and told by nobody. */
export function statesOf(
  alarms: readonly { readonly key: string; readonly state: string }[],
): ReadonlyMap<string, AlarmState> {
  return new Map(
    alarms.flatMap(({ state }) => parsed<AlarmState>(state, isState)).map((state) => [alarmKey(state), state]),
  );
}

function pendingOf({ notice, tries, dueAt }: KeptNotice): Pending[] {
  return parsed<Notice>(notice, isNotice).map((one) => ({ notice: one, tries, dueAt }));
}

function parsed<T>(text: string, is: (value: object) => boolean): T[] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && is(value) ? [value as T] : [];
  } catch {
    return [];
  }
}

const isState = (value: object): boolean => {
  const { name, detail } = value as Partial<AlarmState>;
  return ALARM_NAMES.some((known) => known === name) && Object.hasOwn(DETAILS, String(detail?.of));
};
const isNotice = (value: object): boolean => "id" in value && "lines" in value && Array.isArray(value.lines);

/** @param silences those that the store was last known to have */
export function memoryBook(clock: () => number, silences: () => readonly Silence[]): Book {
  let states: ReadonlyMap<string, AlarmState> = new Map();
  let pending: readonly Pending[] = [];
  return {
    async open() {
      return { states, silences: silences(), pending, now: clock() };
    },
    async note(_, changes) {
      states = changes.states ?? states;
      const delays = new Map(changes.later?.map(({ id, delayMs }) => [id, delayMs]));
      const left = pending
        .filter(({ notice }) => !changes.ended?.includes(notice.id))
        .map((one) => {
          const delayMs = delays.get(one.notice.id);
          return delayMs === undefined ? one : { ...one, tries: one.tries + 1, dueAt: clock() + delayMs };
        });
      const fresh = changes.notice && { notice: changes.notice, tries: 0, dueAt: clock() };
      pending = fresh === undefined ? left : [...left, fresh];
      return true;
    },
  };
}
