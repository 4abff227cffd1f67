/** A batch on its way: compose, look up, write, read back, and say what became of each delivery. */
import {
  type DeliverResult,
  type Delivery,
  delivered,
  type Outcome,
  rejected,
  retry,
  skipped,
  unmatched,
} from "../../src/connector.ts";
import { type Stopped, withOutcomes } from "../../src/connector-tools.ts";
import { stopped as stoppedBy, unavailable } from "./answer.ts";
import { type Api, type Call, callOf } from "./api.ts";
import { type Composed, composeAll, type Templates } from "./compose.ts";
import type { Description } from "./fields.ts";
import { lookUp, type Match } from "./lookup.ts";
import { planCreations, planUpdates, type Write } from "./plan.ts";
import { said } from "./sentences.ts";
import type { SalesforceSettings } from "./settings.ts";
import { verified } from "./verify.ts";
import { type Verb, type Written, writeAll } from "./write.ts";

/** What an open connector works with. */
export interface Context {
  readonly settings: SalesforceSettings;
  readonly api: Api;
  readonly description: Description;
  readonly templates: Templates;
}

/** A delivery whose record was looked up. */
export interface Matched {
  readonly composed: Composed;
  readonly match: Match;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  context: Context,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const found = new Map<string, Outcome>();
  const stopped = await deliverInto(found, deliveries, context, callOf(signal));
  // whatever went wrong over there: the fields that we remember may be the reason
  if (stopped !== undefined || [...found.values()].some(isFailure)) context.description.forget();
  return stopped === undefined ? { tag: "outcomes", outcomes: found } : withOutcomes(stopped.result, found);
}

const isFailure = ({ tag }: Outcome): boolean => tag === "rejected" || tag === "retry";

/** Resolves with what stopped it, if anything did; `found` has what was known by then. */
async function deliverInto(
  found: Map<string, Outcome>,
  deliveries: readonly Delivery[],
  context: Context,
  call: Call,
): Promise<Stopped | undefined> {
  const looked = await findRecords(deliveries, context, call);
  if (looked.tag === "stopped") return looked;
  for (const [id, outcome] of looked.refused) found.set(id, outcome);
  for (const { composed, match } of looked.matched) {
    const outcome = withoutWriting(match, context.settings);
    if (outcome !== undefined) found.set(composed.delivery.id, outcome);
  }
  const pending = looked.matched.filter(({ composed }) => !found.has(composed.delivery.id));
  const known = pending.flatMap(({ composed, match }) => (match.tag === "found" ? [{ composed, ids: match.ids }] : []));
  const lines = known.map(({ composed, ids }) => ({ composed, keys: ids }));
  const stopped = await write(found, lines, { verb: "update", writes: planUpdates(known), context, call });
  return stopped ?? create(found, pending, context, call);
}

/** Composes the deliveries and looks up their records; changes nothing anywhere. */
export async function findRecords(deliveries: readonly Delivery[], context: Context, call: Call) {
  const { settings, templates, api, description } = context;
  const described = await description.get(needOf(settings), call);
  if (described.tag === "stopped") return described;
  const { composed, refused } = composeAll(deliveries, templates, described.fields);
  const values = composed.map(({ value }) => value);
  const looked = await lookUp(api, settings, values, call);
  if (looked.tag === "stopped") return looked;
  const matched = composed.flatMap((each): Matched[] => {
    const match = looked.matches.get(each.value);
    return match === undefined ? [] : [{ composed: each, match }];
  });
  return { tag: "found", matched, composed, refused } as const;
}

function needOf({ match, set, create, when_missing }: SalesforceSettings) {
  const update = Object.keys(set);
  const added = when_missing === "create" ? [match.field, ...update, ...Object.keys(create ?? {})] : undefined;
  return { match: match.field, update, create: added };
}

/** The outcome of a delivery that needs no write; undefined for those that do. */
function withoutWriting(
  match: Match,
  { when_missing, match: { field, max } }: SalesforceSettings,
): Outcome | undefined {
  switch (match.tag) {
    case "unclear":
      return retry(match.reason);
    case "missing":
      if (when_missing === "create") return undefined;
      return when_missing === "ignore" ? skipped(match.reason) : unmatched(match.reason);
    case "many":
      return rejected(said("many", { count: match.count, field, max }));
    case "found": {
      const count = match.ids.length;
      if (count <= max) return undefined;
      return rejected(said("many_these", { count, field, max, ids: match.ids.slice(0, MOST_SHOWN).join(", ") }));
    }
  }
}

const MOST_SHOWN = 5;

async function create(
  found: Map<string, Outcome>,
  pending: readonly Matched[],
  context: Context,
  call: Call,
): Promise<Stopped | undefined> {
  const missing = pending.flatMap(({ composed, match }) => (match.tag === "missing" ? [composed] : []));
  const { field } = context.settings.match;
  const writes = planCreations(missing, field);
  const lines = missing.map((composed) => ({ composed, keys: [composed.value] }));
  return write(found, lines, { verb: "create", writes, context, call });
}

/** A delivery, and the keys of its writes. */
interface Line {
  readonly composed: Composed;
  readonly keys: readonly string[];
}

interface Writing {
  readonly verb: Verb;
  readonly writes: readonly Write[];
  readonly context: Context;
  readonly call: Call;
}

async function write(
  found: Map<string, Outcome>,
  lines: readonly Line[],
  { verb, writes, context: { api, settings }, call }: Writing,
): Promise<Stopped | undefined> {
  if (writes.length === 0) return undefined;
  const { written, stopped } = await writeAll(api, verb, writes, call);
  const read = settings.verify ? await verified(api, settings.object, writes, written, call) : written;
  concludeAll(found, lines, "tag" in read ? failuresOf(written) : read);
  return "tag" in read ? tried(read) : stopped;
}

/** They were written: nobody may say that nothing was sent. */
function tried({ result }: Stopped): Stopped {
  return result.tag === "unavailable" ? unavailable(result.reason, result.retryAfterMs) : stoppedBy(result);
}

const failuresOf = (written: ReadonlyMap<string, Written>) =>
  new Map([...written].filter(([, { tag }]) => tag === "failed"));

function concludeAll(found: Map<string, Outcome>, lines: readonly Line[], written: ReadonlyMap<string, Written>): void {
  for (const { composed, keys } of lines) {
    const outcome = conclusion(keys, written);
    if (outcome !== undefined) found.set(composed.delivery.id, outcome);
  }
}

/**
 * Delivered is what was written to all of its records. One that Salesforce was not asked about yet gets no outcome; except that it was
 * tried when some of its records are written.
 */
function conclusion(keys: readonly string[], written: ReadonlyMap<string, Written>): Outcome | undefined {
  const all = keys.flatMap((key) => written.get(key) ?? []);
  const failures = all.flatMap((each) => (each.tag === "failed" ? [each.outcome] : []));
  // tried again as long as one record may still take it
  const failure = failures.find(({ tag }) => tag === "retry") ?? failures[0];
  if (failure !== undefined) return failure;
  if (all.length === 0) return undefined;
  if (all.length < keys.length) return retry(said("some_written", { written: all.length, count: keys.length }));
  return deliveredAs(all.flatMap((each) => (each.tag === "written" ? [each] : [])));
}

function deliveredAs(all: readonly Extract<Written, { tag: "written" }>[]): Outcome {
  const note = `${all.length === 1 ? "record" : "records"} ${all.map(({ id }) => id).join(", ")}`;
  const [differs] = all.flatMap((each) => each.differs ?? []);
  return differs === undefined ? delivered(note) : { ...delivered(`${note}; ${differs}`), differs: true };
}
