/** A batch on its way: compose, look up, write, and say what became of each delivery. */
import {
  type ConnectorTools,
  type DeliverResult,
  type Delivery,
  delivered,
  type Outcome,
  type Reason,
  rejected,
  retry,
  skipped,
  unmatched,
} from "../../src/connector.ts";
import { type Stopped, withOutcomes } from "../../src/connector-tools.ts";
import { misconfigured } from "./answer.ts";
import type { Api } from "./api.ts";
import { type Composed, composeAll, type Templates } from "./compose.ts";
import { lookUp, type Match } from "./lookup.ts";
import { planCreations, planUpdates } from "./plan.ts";
import type { Definition, Properties } from "./properties.ts";
import { said } from "./sentences.ts";
import type { HubSpotSettings } from "./settings.ts";
import { createContacts, updateContacts, type WriteReport, type Writing, type Written } from "./write.ts";

/** What an open connector works with. */
export interface Context {
  readonly settings: HubSpotSettings;
  readonly tools: ConnectorTools;
  readonly api: Api;
  readonly properties: Properties;
  readonly templates: Templates;
}

/** A delivery whose contacts were looked up. */
interface Matched {
  readonly composed: Composed;
  readonly match: Match;
}

export async function deliverBatch(
  deliveries: readonly Delivery[],
  context: Context,
  signal: AbortSignal,
): Promise<DeliverResult> {
  const found = new Map<string, Outcome>();
  const stopped = await deliverInto(found, deliveries, context, signal);
  // whatever went wrong over there: the definitions that we remember may be the reason. A slow rate needs them next time
  const isTrouble = stopped !== undefined && !isUnsent(stopped);
  if (isTrouble || [...found.values()].some(isFailure)) context.properties.forget();
  if (stopped === undefined) return { tag: "outcomes", outcomes: found };
  const [only] = deliveries;
  // by itself it may succeed later: another write may be under way, or a unique value is taken
  if (deliveries.length === 1 && only !== undefined && isConflict(stopped)) {
    found.set(only.id, afterConflict(only, stopped.result.reason, context.settings));
    return { tag: "outcomes", outcomes: found };
  }
  return withOutcomes(stopped.result, found);
}

const isUnsent = ({ result }: Stopped): boolean => result.tag === "unavailable" && result.unsent === true;
const isConflict = ({ result }: Stopped): boolean => result.tag === "batchRejected" && result.reason.status === 409;
/**
 * A contact that HubSpot will not create since it has one already, and did not find: it was made just now, it is in the recycle bin,
 * or another unique property of `set` is taken. Somebody else may have made it in this moment; conflicting again, it takes a person: the
 * slow lane.
 */
function afterConflict(
  { attempts }: Pick<Delivery, "attempts">,
  reason: Reason,
  { when_missing, match }: HubSpotSettings,
): Outcome {
  const [, id] = EXISTING.exec(reason.message ?? "") ?? [];
  if (when_missing !== "create" || id === undefined) return retry(reason);
  const known = { ...reason, ...said("has_contact", { contact: id, property: match.property }) };
  return attempts === 0 ? retry(known) : unmatched(known);
}

/** HubSpot's words for it. */
const EXISTING = /Existing ID: (\d+)/i;

const isFailure = ({ tag }: Outcome): boolean => tag === "rejected" || tag === "retry";

/** Resolves with what stopped it, if anything did; `found` has what was known by then. */
async function deliverInto(
  found: Map<string, Outcome>,
  deliveries: readonly Delivery[],
  context: Context,
  signal: AbortSignal,
): Promise<Stopped | undefined> {
  const matched = await findContacts(deliveries, context, signal);
  if (matched.tag === "stopped") return matched;
  for (const [id, outcome] of matched.refused) found.set(id, outcome);
  for (const { composed, match } of matched.matched) {
    const outcome = withoutWriting(match, context.settings);
    if (outcome !== undefined) found.set(composed.delivery.id, outcome);
  }
  const pending = matched.matched.filter(({ composed }) => !found.has(composed.delivery.id));
  const writing = { definitions: matched.definitions, signal };
  return (await update(found, pending, context, writing)) ?? create(found, pending, context, writing);
}

/** Composes the deliveries and looks up their contacts; changes nothing anywhere. */
export async function findContacts(deliveries: readonly Delivery[], context: Context, signal: AbortSignal) {
  const { settings, templates, api, properties } = context;
  const { property } = settings.match;
  const known = await properties.get([property, ...templates.set.keys()], signal);
  if (known.tag === "stopped") return known;
  const definition = known.definitions.get(property);
  const unique = definition?.unique === true;
  if (settings.when_missing === "create" && !unique) return cannotCreate(definition ?? { name: property });
  const { composed, refused } = composeAll(deliveries, templates, property, known.definitions, Date.now());
  const values = composed.map(({ value }) => value);
  const looked = await lookUp(api, { property, unique, values }, signal);
  if (looked.tag === "stopped") return looked;
  const matched = composed.map(
    (each): Matched => ({ composed: each, match: looked.matches.get(each.value) ?? SILENCE }),
  );
  return { tag: "matched", matched, composed, refused, unique, definitions: known.definitions } as const;
}

const SILENCE: Match = { tag: "unclear", reason: said("not_looked_up") };

/** Two unsubscriptions of one person could otherwise make two contacts. */
function cannotCreate({ name }: Pick<Definition, "name">): Stopped {
  return misconfigured(said("not_unique", { property: name }));
}

/** The outcome of a delivery that needs no write; undefined for those that do. */
function withoutWriting(match: Match, settings: HubSpotSettings): Outcome | undefined {
  switch (match.tag) {
    case "unclear":
      return retry(match.reason, match.retryAfterMs);
    case "missing":
      if (settings.when_missing === "create") return undefined;
      return settings.when_missing === "ignore" ? skipped(match.reason) : unmatched(match.reason);
    case "found": {
      const count = match.ids.length;
      if (count <= settings.match.max) return undefined;
      return rejected(said("many_contacts", { count, max: settings.match.max }));
    }
  }
}

async function update(
  found: Map<string, Outcome>,
  pending: readonly Matched[],
  { api }: Context,
  writing: Writing,
): Promise<Stopped | undefined> {
  const known = pending.flatMap(({ composed, match }) => (match.tag === "found" ? [{ composed, ids: match.ids }] : []));
  const report = await updateContacts(api, planUpdates(known), writing);
  for (const { composed, ids } of known) concludeFor(found, composed, ids, report);
  return report.stopped;
}

async function create(
  found: Map<string, Outcome>,
  pending: readonly Matched[],
  { api, settings }: Context,
  writing: Writing,
): Promise<Stopped | undefined> {
  const { property } = settings.match;
  const missing = pending.flatMap(({ composed, match }) => (match.tag === "missing" ? [composed] : []));
  const report = await createContacts(api, planCreations(missing, property), property, writing);
  for (const composed of missing) concludeFor(found, composed, [composed.value], report);
  return report.stopped;
}

/**
 * Delivered is what was written to all of its contacts. One that HubSpot was not asked about yet gets no outcome; except that
 * it was tried, whatever the rate lets go now, when some of its contacts are written.
 */
function concludeFor(
  found: Map<string, Outcome>,
  { delivery }: Composed,
  keys: readonly string[],
  { written, stopped }: WriteReport,
): void {
  const all = keys.flatMap((key) => written.get(key) ?? []);
  const failures = all.flatMap((each) => (each.tag === "failed" ? [each.outcome] : []));
  // tried again as long as one contact may still take it
  const failure = failures.find(({ tag }) => tag === "retry") ?? failures[0];
  if (failure !== undefined) found.set(delivery.id, failure);
  else if (all.length === keys.length) found.set(delivery.id, deliveredAs(all));
  else if (all.length > 0 && stopped !== undefined && isUnsent(stopped)) {
    found.set(delivery.id, retry(said("some_written", { written: all.length, count: keys.length })));
  }
}

function deliveredAs(all: readonly Written[]): Outcome {
  const written = all.flatMap((each) => (each.tag === "written" ? [each] : []));
  const note = `${written.length === 1 ? "contact" : "contacts"} ${written.map(({ id }) => id).join(", ")}`;
  const [differs] = written.flatMap((each) => each.differs ?? []);
  return differs === undefined ? delivered(note) : { ...delivered(`${note}; ${differs}`), differs: true };
}
