/** What is moved from a SQLite store to a PostgreSQL store: each table, column by column. */
import { PERSON } from "../postgres/inserting.ts";

/** How a column's values look; `lines` is a JSON list there, and a list of JSON texts here. */
export type Kind = "text" | "int" | "bool" | "bytes" | "lines";

export interface TableToMove {
  readonly name: string;
  /** Its columns in SQLite, in order; those that PostgreSQL calls otherwise are in `renamed`. */
  readonly columns: Readonly<Record<string, Kind>>;
  readonly renamed?: Readonly<Record<string, string>>;
  /** Columns that name a row, in the order in which each side has an index. */
  readonly key: readonly string[];
  readonly targetKey: readonly string[];
  /** Columns that only PostgreSQL has, as SQL over the moved row `n`. */
  readonly derived?: Readonly<Record<string, string>>;
  /** What `derived` needs beside the moved row. */
  readonly join?: string;
  /** Whether PostgreSQL numbers its rows in this column: it must go on behind the moved ones. */
  readonly numbered?: string;
  /** Rows in one transaction. */
  readonly batch: number;
}

const CALLBACK = {
  seq: "int",
  app: "text",
  command: "text",
  platform: "text",
  client_ip: "text",
  received_at: "int",
  body: "bytes",
} as const;

const OF_ROSTER = ["app", "account", "user_id"] as const;
const ROW_OF_ROSTER = { app: "text", account: "text", user_id: "text" } as const;

/** In this order: deliveries need their events. */
export const TABLES: readonly TableToMove[] = [
  {
    name: "connectors",
    columns: {
      ...{ id: "int", name: "text", origin: "text", type: "text", writes: "text", destination: "text" },
      ...{ fingerprint: "text", cursor: "int", starts_at: "int", state: "text", version: "int", since: "int" },
      ...{ probe_at: "int", clock: "int", clock_at: "int", seen_at: "int" },
      ...{ taken_with: "text", put_off: "text", differing: "text" },
    },
    key: ["id"],
    targetKey: ["id"],
    numbered: "id",
    batch: 100,
  },
  {
    name: "callbacks",
    columns: CALLBACK,
    key: ["seq"],
    targetKey: ["seq"],
    derived: { stored_at: "n.received_at" },
    numbered: "seq",
    batch: 250,
  },
  {
    name: "events",
    columns: {
      ...{ seq: "int", id: "text", callback: "int", kind: "text", app: "text", official_account: "text", user: "text" },
      ...{ operator: "text", by_admin: "bool", platform: "text", client_ip: "text", event_time: "int" },
      ...{ received_at: "int", stored_at: "int" },
    },
    renamed: { user: "user_id" },
    key: ["seq"],
    targetKey: ["seq"],
    derived: { person: PERSON, turn: "n.event_time * 2 + (n.kind = 'unsubscribed')::int" },
    numbered: "seq",
    batch: 2_000,
  },
  {
    name: "deliveries",
    columns: {
      ...{ connector: "int", event: "int", state: "text", lane: "int", due_at: "int", attempts: "int" },
      ...{ generation: "int", class: "text", reason: "text", note: "text", history: "lines", routed_at: "int" },
      ...{ first_attempt_at: "int", first_attempt_clock: "int", last_attempt_at: "int", settled_at: "int" },
      ...{ journaled: "bool" },
    },
    key: ["connector", "event"],
    targetKey: ["event", "connector"],
    derived: { person: "e.person", turn: "e.turn" },
    join: "JOIN events e ON e.seq = n.event",
    batch: 2_000,
  },
  {
    name: "quarantine",
    columns: {
      ...CALLBACK,
      ...{ id: "text", fault: "text", size: "int", request_time: "int", behind: "int", standing: "text" },
    },
    key: ["seq"],
    targetKey: ["seq"],
    numbered: "seq",
    batch: 250,
  },
  {
    name: "edited",
    columns: {
      ...{ seq: "int", entry: "text", actor: "text", front: "text", proven: "bool", at: "int", original: "bytes" },
      ...{ size: "int", callback: "int" },
    },
    key: ["seq"],
    targetKey: ["seq"],
    batch: 250,
  },
  {
    name: "notices",
    columns: { ...CALLBACK, stored_at: "int" },
    key: ["seq"],
    targetKey: ["seq"],
    numbered: "seq",
    batch: 250,
  },
  { name: "newest", columns: { app: "text", request_time: "int" }, key: ["app"], targetKey: ["app"], batch: 1_000 },
  {
    name: "audit",
    columns: {
      ...{ seq: "int", act: "text", at: "int", until: "int", actor: "text", front: "text", proven: "bool" },
      ...{ operation: "text", person: "text", filter: "text", count: "int" },
    },
    key: ["seq"],
    targetKey: ["seq"],
    numbered: "seq",
    batch: 2_000,
  },
  {
    name: "reconciling",
    columns: { id: "int", scopes: "text", unwanted_since: "int", followed: "int", healed: "int", late_from: "int" },
    key: ["id"],
    targetKey: ["id"],
    batch: 1,
  },
  {
    name: "roster",
    columns: { ...ROW_OF_ROSTER, subscribe_time: "int", seen_at: "int" },
    key: OF_ROSTER,
    targetKey: OF_ROSTER,
    batch: 2_000,
  },
  {
    name: "roster_accounts",
    columns: {
      ...{ app: "text", account: "text", known_since: "int", baseline_at: "int", read_at: "int", people: "int" },
      ...{ no_account_since: "int", no_account_at: "int", told_at: "int", unheard: "int" },
      ...{ unwanted_since: "int", followed_to: "int" },
    },
    key: ["app", "account"],
    targetKey: ["app", "account"],
    batch: 1_000,
  },
  {
    name: "missing",
    columns: {
      ...ROW_OF_ROSTER,
      ...{ state: "text", subscribe_time: "int", seen_at: "int", back: "int", found_at: "int", pass: "text" },
      ...{ why: "text", entry: "text" },
    },
    key: OF_ROSTER,
    targetKey: OF_ROSTER,
    batch: 2_000,
  },
  {
    name: "healed",
    columns: {
      ...{ event: "int", id: "text", ...ROW_OF_ROSTER, subscribe_time: "int", happened_from: "int", event_time: "int" },
      ...{ skew_ms: "int", discovered_at: "int", reason: "text", callback: "int", callback_id: "text" },
    },
    key: ["event"],
    targetKey: ["event"],
    batch: 2_000,
  },
  {
    name: "healed_facts",
    columns: { event: "int", facts: "text" },
    key: ["event"],
    targetKey: ["event"],
    batch: 2_000,
  },
  {
    name: "coverage",
    columns: {
      ...{ app: "text", account: "text", month: "text", told: "int", found: "int", longest_ms: "int" },
    },
    key: ["app", "account", "month"],
    targetKey: ["app", "account", "month"],
    batch: 1_000,
  },
  { name: "alarms", columns: { key: "text", state: "text" }, key: ["key"], targetKey: ["key"], batch: 1_000 },
  {
    name: "alarm_notices",
    columns: { seq: "int", id: "text", notice: "text", tries: "int", due_at: "int" },
    key: ["seq"],
    targetKey: ["seq"],
    numbered: "seq",
    batch: 100,
  },
  {
    name: "alarm_silences",
    columns: { name: "text", until: "int", why: "text", actor: "text", at: "int" },
    key: ["name"],
    targetKey: ["name"],
    batch: 1_000,
  },
  { name: "counters", columns: { name: "text", value: "int" }, key: ["name"], targetKey: ["name"], batch: 1_000 },
];

/** Tables and columns (`table.column`) of a SQLite store that are not moved row by row, and why. */
export const STAYS: Readonly<Record<string, string>> = {
  reading: "the end of the move tells the new store what is unread",
  pruned: "its one number goes with the end of the move",
  tallies: "PostgreSQL counts in the ledger itself",
  identity: "names the file, not what is in it",
  releases: "says which releases can work on the file",
  bridges: "tells of those that served the old store",
  quarantine_sums: "kept by triggers, as the quarantine arrives",
  quarantine_times: "kept by triggers, as the quarantine arrives",
  samples: "charts begin anew",
  plans: "kept for a day: what is meant is frozen anew",
  plan_items: "kept for a day: what is meant is frozen anew",
  passes: "a pass under way begins anew",
  pass_pages: "a pass under way begins anew",
  pass_wishes: "whoever wants a pass wishes it anew",
  clocks_off: "is noticed anew by whoever takes callbacks",
  "connectors.waiting": "PostgreSQL counts in the ledger itself",
  "deliveries.parked": "whose turn it is comes out anew at each take",
  "deliveries.turn": "made from the event (`derived`)",
};

/** Tables that only PostgreSQL has, and what a move does about them. */
export const ONLY_THERE: Readonly<Record<string, string>> = {
  meta: "says that a move is under way",
  moved: "how far the move has come",
  unread: "filled in the end, from `reading`",
  claims: "nobody serves a store that moves",
  pass_people: "a pass under way begins anew",
  pass_named: "a pass under way begins anew",
  alarm_teller: "whoever serves the new store tells",
  permits: "rates of machines that share the new store",
};

/** A column's name in PostgreSQL. */
export const there = ({ renamed }: TableToMove, column: string): string => renamed?.[column] ?? column;
