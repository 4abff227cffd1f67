/**
 * Questions, made of looks (contract/questions.ts): one question after the other, each in steps that a store answers at once,
 * with nothing held between two of them. A running statement cannot be stopped, so that none may be long.
 */
import type { Asked, Found, Look, LookOptions, Looks, Questions } from "./contract/questions.ts";
import { ledgerBetween } from "./ledger-between.ts";

/** Rows that one look reads at most. */
export const LOOK_ROWS = 1_000;
/** Rows that one question reads at most. */
export const QUESTION_ROWS = 20_000;
/** After so long (milliseconds) it ends with what it has found. */
const QUESTION_MS = 5_000;
/**
 * Of the ledger sooner, once so many rows were looked at: whatever little a filter matches, its page shall cost no more than a
 * few times one that is full at once.
 */
const LEDGER: Bounds = { ms: 25, leastRows: 2_000 };
/** The first look reads little: most pages are found at once. */
const FIRST_ROWS = 64;
const STATUS_AGE_MS = 1_000;

export interface QuestionOptions {
  readonly description: string;
  readonly looks: Looks;
  /** Milliseconds, by a clock that does not jump. */
  readonly elapsed?: () => number;
  readonly close: () => Promise<void>;
}

export function questionsBy({
  description,
  looks,
  elapsed = () => performance.now(),
  close,
}: QuestionOptions): Questions {
  const ending = new AbortController();
  const inTurn = turns(ending.signal);
  const status = remembered(() => inTurn(() => looks.status()), { elapsed, signal: ending.signal });
  const standing = remembered(() => inTurn(() => looks.standing()), { elapsed, signal: ending.signal });

  const ask = <T>(page: Asked, look: (options: LookOptions) => Promise<Look<T>>): Promise<Found<T>> =>
    inTurn(() => gathered(page, look, { elapsed, signal: ending.signal }));

  return {
    description,
    status: status.ask,
    standing: standing.ask,
    changed() {
      status.forget();
      standing.forget();
    },
    connectors: () => inTurn(() => looks.connectors()),
    connector: (name) => inTurn(() => looks.connector(name)),
    bridges: () => inTurn(() => looks.bridges()),
    alarms: () => inTurn(() => looks.alarms()),
    owed: (connector) => inTurn(() => looks.owed(connector)),
    givenUp: (connector, from, rows) => inTurn(() => looks.givenUp(connector, from, Math.min(rows, LOOK_ROWS))),
    watched: () => inTurn(() => looks.watched()),
    samples: (minutes, since) => inTurn(() => looks.samples(minutes, since)),
    deliveries: (filter, page) =>
      inTurn(async () => {
        const { look, told } = await ledgerBetween(looks, filter);
        return told(await gathered(page, look, { elapsed, signal: ending.signal, bounds: LEDGER }));
      }),
    delivery: (id, after) =>
      ask({ limit: 1, ...(after !== undefined && { after }) }, (options) => looks.delivery(id, options)),
    events: (since, page) =>
      inTurn(async () => {
        const floor = await looks.firstSince(since);
        return gathered(page, (options) => looks.events(since, floor, options), { elapsed, signal: ending.signal });
      }),
    deliveryIds: (beginning, page) => ask(page, (options) => looks.deliveryIds(beginning, options)),
    trace: (user, page) => ask(page, (options) => looks.trace(user, options)),
    people: (prefix, page) => ask(page, (options) => looks.people(prefix, options)),
    quarantined: (page) => ask(page, (options) => looks.quarantined(options)),
    quarantineIds: (beginning, page) => ask(page, (options) => looks.quarantineIds(beginning, options)),
    missing: (filter, page) => ask(page, (options) => looks.missing(filter, options)),
    reconciling: () => inTurn(() => looks.reconciling()),
    plan: (id) => inTurn(() => looks.plan(id)),
    plans: () => inTurn(() => looks.plans()),
    planChanges: (id, page) => ask(page, (options) => looks.planChanges(id, options)),
    audited: (filter, page) => ask(page, (options) => looks.audited(filter, options)),
    quarantineEntry: (id) => inTurn(() => looks.quarantineEntry(id)),
    async close() {
      ending.abort(new Error("the store is closed"));
      await inTurn.idle();
      await close();
    },
  };
}

/** One answer for all who ask within a second, unless it is forgotten meanwhile; none is kept once `signal` says so. */
function remembered<T>(
  ask: () => Promise<T>,
  { elapsed, signal }: { readonly elapsed: () => number; readonly signal: AbortSignal },
): { readonly ask: () => Promise<T>; readonly forget: () => void } {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return {
    ask() {
      const at = elapsed();
      if (last === undefined || at - last.at >= STATUS_AGE_MS || signal.aborted) {
        const answer = ask();
        last = { at, answer };
        // a failure is nothing that others should be told
        answer.catch(() => {
          if (last?.answer === answer) last = undefined;
        });
      }
      return last.answer;
    },
    forget() {
      last = undefined;
    },
  };
}

/** After how many milliseconds a question ends with what it has found, and how many rows it has looked at before in any case. */
interface Bounds {
  readonly ms: number;
  readonly leastRows: number;
}

interface Gathering {
  readonly elapsed: () => number;
  readonly signal: AbortSignal;
  /** Unless set, five seconds. */
  readonly bounds?: Bounds;
}

/** Looks until there is enough, there is nothing more, or it has been at it for long enough. */
async function gathered<T>(
  { limit, after }: Asked,
  look: (options: LookOptions) => Promise<Look<T>>,
  { elapsed, signal, bounds: { ms, leastRows } = { ms: QUESTION_MS, leastRows: 0 } }: Gathering,
): Promise<Found<T>> {
  const end = elapsed() + ms;
  const entries: T[] = [];
  let looked = 0;
  let from = after ?? null;
  for (let rows = Math.max(FIRST_ROWS, limit + 1); ; rows *= 2) {
    signal.throwIfAborted();
    const most = Math.min(rows, LOOK_ROWS, QUESTION_ROWS - looked);
    const { found, looked: more, next, backTo } = await look({ from, rows: most, limit: limit - entries.length });
    entries.push(...found);
    // one that found nothing to read has been asked all the same
    looked += Math.max(1, more);
    from = next;
    const isOver = looked >= QUESTION_ROWS || (looked >= leastRows && elapsed() >= end);
    if (from === null || entries.length >= limit || isOver) {
      return { entries, looked, next, ...(backTo !== undefined && { backTo }) };
    }
  }
}

interface Turns {
  <T>(act: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  idle(): Promise<unknown>;
}

/** Runs what it is given one after the other, whatever becomes of each; nothing more once `signal` says so. */
function turns(signal: AbortSignal): Turns {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const mine = last.then(() => {
      signal.throwIfAborted();
      return act();
    });
    last = mine.catch(() => undefined);
    return mine;
  };
  return Object.assign(inTurn, { idle: () => last });
}
