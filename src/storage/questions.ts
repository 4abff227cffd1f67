/**
 * Questions, made of looks (contract/questions.ts): one question after the other, each in steps that a store answers at once,
 * with nothing held between two of them. A running statement cannot be stopped, so that none may be long.
 */
import type { Look, LookOptions } from "./contract/looks.ts";
import type { Asked, Found, Looks, Questions } from "./contract/questions.ts";
import { ledgerBetween } from "./ledger-between.ts";
import { type Bounds, type Gathering, gathered, LOOK_ROWS } from "./questions/gathered.ts";
import { type InTurn, inTurnUntil } from "./questions/in-turn.ts";
import { rememberedAnswer } from "./questions/remembered.ts";

/**
 * Of the ledger sooner, once so many rows were looked at: whatever little a filter matches, its page shall cost no more than a
 * few times one that is full at once.
 */
const LEDGER: Bounds = { ms: 25, leastRows: 2_000 };

export interface QuestionOptions {
  readonly description: string;
  readonly looks: Looks;
  /** Milliseconds, by a clock that does not jump. */
  readonly elapsed?: () => number;
  readonly close: () => Promise<void>;
}

export function questionsBy(options: QuestionOptions): Questions {
  const { description, looks, elapsed = () => performance.now(), close } = options;
  const ending = new AbortController();
  const gathering = { elapsed, signal: ending.signal };
  const inTurn = inTurnUntil(ending.signal);
  const status = rememberedAnswer(() => inTurn(() => looks.status()), gathering);
  const standing = rememberedAnswer(() => inTurn(() => looks.standing()), gathering);
  return {
    ...{ description, status: status.ask, standing: standing.ask },
    changed() {
      status.forget();
      standing.forget();
    },
    ...wholeAnswers(looks, inTurn),
    ...foundByLooks(looks, inTurn, gathering),
    ...foundFromATime(looks, inTurn, gathering),
    async close() {
      ending.abort(new Error("the store is closed"));
      await inTurn.idle();
      await close();
    },
  };
}

/** What one look answers. */
function wholeAnswers(looks: Looks, inTurn: InTurn) {
  return {
    connectors: () => inTurn(() => looks.connectors()),
    connector: (name) => inTurn(() => looks.connector(name)),
    bridges: () => inTurn(() => looks.bridges()),
    alarms: () => inTurn(() => looks.alarms()),
    owed: (connector) => inTurn(() => looks.owed(connector)),
    givenUp: (connector, from, rows) => inTurn(() => looks.givenUp(connector, from, Math.min(rows, LOOK_ROWS))),
    watched: () => inTurn(() => looks.watched()),
    samples: (minutes, since) => inTurn(() => looks.samples(minutes, since)),
    reconciling: () => inTurn(() => looks.reconciling()),
    plan: (id) => inTurn(() => looks.plan(id)),
    plans: () => inTurn(() => looks.plans()),
    quarantineEntry: (id) => inTurn(() => looks.quarantineEntry(id)),
  } satisfies Partial<Questions>;
}

/** What is found page by page. */
function foundByLooks(looks: Looks, inTurn: InTurn, gathering: Gathering) {
  const ask = <T>(page: Asked, look: (options: LookOptions) => Promise<Look<T>>): Promise<Found<T>> =>
    inTurn(() => gathered(page, look, gathering));
  return {
    delivery: (id, after) =>
      ask({ limit: 1, ...(after !== undefined && { after }) }, (options) => looks.delivery(id, options)),
    deliveryIds: (beginning, page) => ask(page, (options) => looks.deliveryIds(beginning, options)),
    trace: (user, page) => ask(page, (options) => looks.trace(user, options)),
    people: (prefix, page) => ask(page, (options) => looks.people(prefix, options)),
    quarantined: (page) => ask(page, (options) => looks.quarantined(options)),
    quarantineIds: (beginning, page) => ask(page, (options) => looks.quarantineIds(beginning, options)),
    missing: (filter, page) => ask(page, (options) => looks.missing(filter, options)),
    planChanges: (id, page) => ask(page, (options) => looks.planChanges(id, options)),
    audited: (filter, page) => ask(page, (options) => looks.audited(filter, options)),
  } satisfies Partial<Questions>;
}

/** What is found page by page down to the number that a time stands for, which is looked for first. */
function foundFromATime(looks: Looks, inTurn: InTurn, gathering: Gathering) {
  return {
    deliveries: (filter, page) =>
      inTurn(async () => {
        const { look, told } = await ledgerBetween(looks, filter);
        return told(await gathered(page, look, { ...gathering, bounds: LEDGER }));
      }),
    events: (since, page) =>
      inTurn(async () => {
        const floor = await looks.firstSince(since);
        return gathered(page, (options) => looks.events(since, floor, options), gathering);
      }),
  } satisfies Partial<Questions>;
}
