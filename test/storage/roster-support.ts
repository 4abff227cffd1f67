/** What the cases about rosters and healing share: a pass as the engine makes it, over whom Chat lists. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { Act } from "../../src/storage/contract/audit.ts";
import type { HealRequest, HealResult } from "../../src/storage/contract/healing.ts";
import type { Lost } from "../../src/storage/contract/held-pass.ts";
import type { Look } from "../../src/storage/contract/looks.ts";
import type {
  Discarded,
  HeldBack,
  Missing,
  MissingCounts,
  MissingFilter,
  Reviewed,
} from "../../src/storage/contract/missing.ts";
import type { MergeStep, Pass, PassKind, Subscriber } from "../../src/storage/contract/passes.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { eventOf, HOUR, MINUTE, SECOND } from "./suite-support.ts";

export const APP = "1400000000";
export const NEWS = "@TOA#_news";
export const OF = { app: APP, account: NEWS };
export const SCOPE = [{ app: APP, account: null }];
export const SKEW_MS = MINUTE;
export const LEASE = { holder: "machine a", leaseMs: MINUTE };

/** Chat's clock: milliseconds after the time that `eventOf` counts from. */
export const chat = (at: number): number => eventOf({ user: "nobody", at }).eventTime;

/** Somebody on a page: whole seconds, as Chat tells them. */
export const listed = (user: string, at: number): Subscriber => ({
  user,
  subscribeTime: Math.floor(chat(at) / SECOND) * SECOND,
});

export async function follow(storage: Storage): Promise<void> {
  while ((await storage.followEvents(100)).more) {
    // on
  }
}

export interface PassOptions {
  readonly id?: string;
  /** When it begins to read, as `chat` counts. */
  readonly at: number;
  readonly people: readonly Subscriber[];
  readonly cameBack?: MergeStep["cameBack"];
  readonly perPage?: number;
  readonly holder?: string;
  readonly kind?: PassKind;
}

/** Begins a pass. */
export async function begin(storage: Storage, options: PassOptions) {
  const { id = randomUUID(), at, people, holder = LEASE.holder, kind = "roster" } = options;
  const begun = await storage.beginPass({
    ...{ ...OF, id, kind, holder, leaseMs: LEASE.leaseMs, chatTime: chat(at) },
    ...{ subscribers: people.length, continueMs: 10 * MINUTE },
  });
  assert.notEqual(begun.tag, "taken");
  assert.ok(begun.tag !== "taken");
  return begun.pass;
}

export async function read(storage: Storage, pass: Pass, people: readonly Subscriber[], perPage = 2): Promise<void> {
  const pages = Math.max(1, Math.ceil(people.length / perPage));
  for (let page = 0; page < pages; page += 1) {
    const on = people.slice(page * perPage, (page + 1) * perPage);
    const next = page === pages - 1 ? "" : `page ${page + 1}`;
    const noted = await storage.notePage({ ...LEASE, pass: pass.id, page, people: on, next });
    assert.equal(noted.tag, "noted");
  }
}

/** Compares what was read: who is missing, and who is new. Steps are small, so that walks have several. */
export async function compare(storage: Storage, pass: Pass, cameBack: MergeStep["cameBack"] = "record") {
  const tally = { found: 0, quarantined: 0, known: 0, added: 0, cameBack: 0 };
  const told: Missing[] = [];
  const held = { ...LEASE, pass: pass.id };
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const named = await storage.noteQuarantined({ ...held, after, limit: 2 });
    assert.ok(named.tag === "named");
    after = named.next;
  }
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const sifted = await storage.siftRoster({ ...held, after, limit: 2 });
    assert.ok(sifted.tag === "sifted");
    tally.found += sifted.found;
    tally.quarantined += sifted.quarantined;
    tally.known += sifted.known;
    told.push(...sifted.told);
    after = sifted.next;
  }
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const merged = await storage.mergePages({ ...held, after, limit: 2, skewMs: SKEW_MS, cameBack });
    assert.ok(merged.tag === "merged");
    tally.added += merged.added;
    tally.cameBack += merged.cameBack;
    told.push(...merged.told);
    after = merged.next;
  }
  await review(storage, pass);
  return { ...tally, told };
}

/** A pass up to where somebody would be asked about. */
export async function passOver(storage: Storage, options: PassOptions) {
  await follow(storage);
  const pass = await begin(storage, options);
  await read(storage, pass, options.people, options.perPage);
  const tally = await compare(storage, pass, options.cameBack);
  return { pass, ...tally };
}

export async function end(storage: Storage, { id }: Pass): Promise<void> {
  assert.equal((await storage.endPass({ ...LEASE, pass: id }, { state: "done" })).tag, "ended");
}

/** A whole pass that finds nobody missing, or leaves it at that. */
export async function wholePass(storage: Storage, options: PassOptions) {
  const passed = await passOver(storage, options);
  await end(storage, passed.pass);
  return passed;
}

/** A roster of these people from a first pass at 1 h, subscribed at 0. */
export async function baseline(storage: Storage, ...users: string[]): Promise<void> {
  await storage.keepRoster(SCOPE);
  await wholePass(storage, { at: HOUR, people: users.map((user) => listed(user, 0)) });
}

/** All who are listed, in steps that are small. */
export async function allMissing(
  storage: Pick<Storage, "missing">,
  filter: MissingFilter = {},
): Promise<readonly Missing[]> {
  const all: Missing[] = [];
  for (let from: string | null = null, more = true; more; more = from !== null) {
    const look: Look<Missing> = await storage.missing(filter, { from, rows: 3, limit: 2 });
    all.push(...look.found);
    from = look.next;
  }
  return all;
}

export async function missingUsers(storage: Storage, states?: readonly Missing["state"][]): Promise<string[]> {
  return (await allMissing(storage, states === undefined ? OF : { ...OF, states })).map(({ user }) => user);
}

/** As a pass does it, in steps that are small. Returns what it counted. */
export async function review(storage: Storage, pass: Pick<Pass, "id">): Promise<MissingCounts> {
  const sums = { found: 0, heldLately: 0 };
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const step: Reviewed | Lost = await storage.reviewMissing({ ...LEASE, pass: pass.id, after, limit: 2 });
    assert.ok(step.tag === "reviewed");
    sums.found += step.found;
    sums.heldLately += step.heldLately;
    after = step.next;
  }
  return { ...sums, ...(await storage.accountCounts(OF)) };
}

/** Everybody who is found is held. Returns how many were. */
export async function holdAll(storage: Storage, pass: Pick<Pass, "id">, why = "too many"): Promise<number> {
  let people = 0;
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const step: HeldBack | Lost = await storage.holdMissing({ ...LEASE, pass: pass.id, after, limit: 2, why });
    assert.ok(step.tag === "held");
    people += step.people;
    after = step.next;
  }
  return people;
}

/** Returns how many were. */
export async function discardAll(storage: Storage, filter: MissingFilter, by: Act): Promise<number> {
  let discarded = 0;
  for (let from: string | null = null, more = true; more; more = from !== null) {
    const step: Discarded = await storage.discardMissing(filter, by, from);
    discarded += step.discarded;
    from = step.next;
  }
  return discarded;
}

/** Who is on the roster, as a pass over nobody would find them. Leaves no trace but in `passes`. */
export function heal(
  storage: Storage,
  pass: Pass,
  user: string,
  change: Partial<HealRequest> = {},
): Promise<HealResult> {
  return storage.heal({
    ...{ ...OF, ...LEASE, pass: pass.id, user, subscribeTime: listed(user, 0).subscribeTime },
    ...{ until: chat(3 * HOUR), reason: "left", skewMs: SKEW_MS, ...change },
  });
}

/** Of a roster of some people only these are left at 3 h; the pass finds the others. */
export async function findMissing(storage: Storage, left: readonly string[]) {
  return passOver(storage, { at: 3 * HOUR, people: left.map((user) => listed(user, 0)) });
}
