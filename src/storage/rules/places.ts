/** Places from which a question goes on, as text that can stand in a command or in an address. Pure. */
import { NoPlace } from "../contract/questions.ts";

/** A delivery's place in the ledger. */
export interface LedgerPlace {
  readonly event: number;
  /** The first name that its connector had; empty: behind all deliveries of this event. */
  readonly origin: string;
}

/** A delivery's or an event's place among those of its user. */
export interface PersonPlace extends LedgerPlace {
  readonly app: string;
  readonly eventTime: number;
}

export function ledgerPlace({ event, origin }: LedgerPlace): string {
  return `${event}:${origin}`;
}

export function toLedgerPlace(text: string): LedgerPlace {
  const { event, origin = "" } = /^(?<event>\d{1,16}):(?<origin>.*)$/s.exec(text)?.groups ?? {};
  return { event: numberFrom(event), origin };
}

export function personPlace({ app, eventTime, event, origin }: PersonPlace): string {
  return [encodeURIComponent(app), eventTime, ledgerPlace({ event, origin })].join("/");
}

export function toPersonPlace(text: string): PersonPlace {
  const [app, eventTime, ...rest] = text.split("/");
  return { app: decoded(app), eventTime: numberFrom(eventTime), ...toLedgerPlace(rest.join("/")) };
}

/** A person's place among those of all accounts. */
export interface AccountPlace {
  readonly app: string;
  readonly account: string;
  readonly user: string;
}

export function accountPlace({ app, account, user }: AccountPlace): string {
  return [app, account, user].map(encodeURIComponent).join("/");
}

export function toAccountPlace(text: string): AccountPlace {
  const [app, account, user, ...rest] = text.split("/");
  if (rest.length > 0) throw new NoPlace();
  return { app: decoded(app), account: decoded(account), user: decoded(user) };
}

/** An entry's place in the quarantine: its number, or the id that earlier releases have handed out. */
export function toQuarantinePlace(text: string | null): number | { readonly id: string } {
  if (text === null) return 0;
  return /^\d{1,16}$/.test(text) ? numberFrom(text) : { id: text };
}

/** A number that was handed out. Throws `NoPlace` for anything else. */
export function numberFrom(text: string | undefined): number {
  if (text === undefined || !/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) throw new NoPlace();
  return Number(text);
}

function decoded(text: string | undefined): string {
  try {
    if (text !== undefined) return decodeURIComponent(text);
  } catch {
    // no text that we have made
  }
  throw new NoPlace();
}

/** What comes behind all hexadecimal texts that begin so, and before all others. */
export function behindHex(beginning: string): string {
  return `${beginning}g`;
}
