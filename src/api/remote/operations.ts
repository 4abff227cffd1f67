/** What the command line can ask and do, on a bridge that is reached by its API alone. */
import { exportDeadLetters } from "../../dead-letters/export.ts";
import type { Named } from "../../operations/beginnings.ts";
import type { HeldEntry } from "../../operations/deliveries/held.ts";
import type { TracedStory } from "../../operations/deliveries/trace.ts";
import { toldExport } from "../../operations/looking-up.ts";
import type { Operations } from "../../operations/operations.ts";
import { everyFound, patiently } from "../../operations/patience.ts";
import { Refused } from "../../operations/refused.ts";
import type { Asked, Found, LedgerFilter } from "../../storage/contract/questions.ts";
import { DELIVERIES, HOLDS, NAMED_DELIVERY } from "../endpoints/deliveries.ts";
import { PEOPLE, PERSON } from "../endpoints/people.ts";
import { NAMED_ENTRY, QUARANTINE } from "../endpoints/quarantine.ts";
import { CONNECTORS } from "../endpoints/status.ts";
import { AUDIT, HEALING, HELD, MISSING_PAGE } from "../endpoints/watching.ts";
import { ALARMS } from "../schemas/alarms.ts";
import { DONE } from "../schemas/common.ts";
import { DELIVERY } from "../schemas/deliveries.ts";
import { PLAN } from "../schemas/plans.ts";
import { QUARANTINE_ENTRY } from "../schemas/quarantine.ts";
import { CONNECTOR, STATUS } from "../schemas/status.ts";
import { type ApiClient, iso, NotAPlace, openApiClient, part, type Query, type Remote } from "./client.ts";
import { repairsBy } from "./repairs.ts";

/**
 * Each rejects with `Refused` where the bridge cannot be asked, or refuses. Lists go on until they have found what was asked for.
 * @param onUnnoted called with why an export is not in the audit
 */
export function remoteOperations(remote: Remote, onUnnoted: (error: unknown) => void): Operations {
  const client = openApiClient(remote);
  const known: Partial<Operations> = {
    ...{ ...askingBy(client, onUnnoted), ...repairsBy(client), ...onlyThere(remote) },
    allNoted: async () => undefined,
  };
  // what pages alone ask is nothing that a command asks, whatever joins
  return new Proxy(known, {
    get: (of, name) => Reflect.get(of, name) ?? (name === "then" ? undefined : no(remote, `\`${String(name)}\``)),
  }) as Operations;
}

/** The number by which a store orders its events never leaves it. */
const NO_SEQ = 0;

function askingBy(client: ApiClient, onUnnoted: (error: unknown) => void) {
  return {
    ...bridgeBy(client),
    ...peopleBy(client),
    ...ledgerBy(client),
    ...exportsBy(client, onUnnoted),
    ...quarantineBy(client),
    ...watchingBy(client),
  };
}

function bridgeBy({ get }: ApiClient) {
  return {
    async status() {
      const { rosters, spool, intake, ...report } = await get(STATUS, "/status");
      return { ...report, rosters, spool, intake: { ...intake, misunderstood: intake.misunderstood } };
    },
    isServed: async () => (await get(STATUS, "/status")).isServed,
    connectorNames: () => namesBy(get),
    async insistOnConnector(name) {
      await get(CONNECTOR, `/connectors/${part(name)}`);
    },
  } satisfies Partial<Operations>;
}

async function namesBy(get: ApiClient["get"]): Promise<readonly string[]> {
  return (await get(CONNECTORS, "/connectors")).connectors.map(({ status }) => status.name);
}

function peopleBy({ get }: ApiClient) {
  const trace = async (user: string): Promise<readonly TracedStory[]> => {
    const { events } = await get(PERSON, `/people/${part(user)}`);
    return events.map((story) => ({
      ...story,
      event: { ...story.event, seq: NO_SEQ },
      deliveries: story.deliveries.map((entry) => ({ ...entry, event: { ...story.event, seq: NO_SEQ } })),
    }));
  };
  return {
    trace,
    // the bridge writes searches for one person down once an hour
    follow: (user) => () => trace(user),
    async peopleNamed(prefix) {
      const { people, more, why } = await get(PEOPLE, "/people", { prefix });
      const [only, another] = people;
      if (only === undefined) return { tag: "none", ...(why !== null && { why }) };
      return another === undefined && !more ? { tag: "one", id: only } : { tag: "several", candidates: people, more };
    },
  } satisfies Partial<Operations>;
}

async function deliveriesOf(
  get: ApiClient["get"],
  { states, since, until, ...filter }: LedgerFilter,
  asked: Asked,
): Promise<Found<HeldEntry>> {
  const query: Query = { ...filter, since: iso(since), until: iso(until), state: states, ...asked };
  const found = await get(DELIVERIES, "/deliveries", query);
  return { ...found, entries: found.entries.map(withSeq) };
}

function ledgerBy({ get, find }: ApiClient) {
  return {
    deliveryNamed: (text) =>
      namedBy(
        get(NAMED_DELIVERY, "/deliveries/named", { text }).then((named) => ({
          ...named,
          candidates: named.candidates.map(withSeq),
        })),
      ),
    deliveries: (filter, page) => unlessLost(listed(page, (asked) => deliveriesOf(get, filter, asked))),
    async delivery(id) {
      const entry = await find(DELIVERY, `/deliveries/${part(id)}`);
      return entry && withSeq(entry);
    },
    async holds(connectors) {
      return connectors.length === 0 ? new Map() : (await get(HOLDS, "/holds", { connector: connectors })).holds;
    },
  } satisfies Partial<Operations>;
}

/** Lists that are read to their end; what was taken out is told to the bridge then, for its audit, and never keeps it back. */
function exportsBy({ get, post }: ApiClient, onUnnoted: (error: unknown) => void) {
  const noteExport: Operations["noteExport"] = async ({ since, until, ...filter }, count) => {
    await post(DONE, "/dead-letters/exported", { ...filter, since: iso(since), until: iso(until), count });
  };
  return {
    noteExport,
    writeDeadLetters(filter, redact, write) {
      const writeAll = async (counted: typeof write) => {
        const names = filter.connector === undefined ? await namesBy(get) : [filter.connector];
        let written = 0;
        // connector by connector, as beside the store
        for (const connector of names) {
          const dead: LedgerFilter = { ...filter, connector, states: ["dead"] };
          const letters = everyFound((page) => listed(page, (asked) => deliveriesOf(get, dead, asked)));
          written += await exportDeadLetters(letters, counted, redact);
        }
        return written;
      };
      return toldExport(write, writeAll, (count) => noteExport(filter, count).catch(onUnnoted));
    },
  } satisfies Partial<Operations>;
}

function quarantineBy({ get, find }: ApiClient) {
  return {
    entryNamed: (text) => namedBy(get(NAMED_ENTRY, "/quarantine/named", { text })),
    quarantined: (page) =>
      unlessLost(
        listed(page, async (asked) => {
          const found = await get(QUARANTINE, "/quarantine", { ...asked });
          // lists are without bodies
          return { ...found, entries: found.entries.map((entry) => ({ ...entry, body: new Uint8Array() })) };
        }),
      ),
    async quarantineEntry(id) {
      const found = await find(QUARANTINE_ENTRY, `/quarantine/${part(id)}`);
      if (found === null) return null;
      const { text: _, digest: __, ...entry } = found;
      return entry;
    },
  } satisfies Partial<Operations>;
}

/** What was done, is planned or found missing, and what rings. */
function watchingBy({ get, find }: ApiClient) {
  return {
    plan: (id) => find(PLAN, `/plans/${part(id)}`),
    audit: ({ since, until, ...filter }, page) =>
      listed(page, (asked) => get(AUDIT, "/audit", { ...filter, since: iso(since), until: iso(until), ...asked })),
    reconcileReport: async () => (await get(HEALING, "/healing")).accounts,
    alerts: () => get(ALARMS, "/alarms"),
    missing: (choice, page) =>
      unlessLost(listed(page, (asked) => get(MISSING_PAGE, "/healing/missing", { ...choice, ...asked }))),
    heldMissing: async (choice) => (await get(HELD, "/healing/held", { ...choice })).groups,
  } satisfies Partial<Operations>;
}

async function namedBy<T>(asking: Promise<NamedAnswer<T>>): Promise<Named<T>> {
  const { id, candidates, more, why } = await asking;
  if (id !== null) return { tag: "one", id };
  if (candidates.length > 0) return { tag: "several", candidates, more };
  return { tag: "none", ...(why !== null && { why }) };
}

interface NamedAnswer<T> {
  readonly id: string | null;
  readonly candidates: readonly T[];
  readonly more: boolean;
  readonly why: string | null;
}

/** So many of one answer. */
const MOST = 500;

function listed<T>(page: Asked, ask: (page: Asked) => Promise<Found<T>>): Promise<Found<T>> {
  return patiently(page, ({ limit, ...rest }) => ask({ ...rest, limit: Math.min(limit, MOST) }));
}

/** `null` where it was to go on behind what is no place. */
function unlessLost<T>(found: Promise<Found<T>>): Promise<Found<T> | null> {
  return found.catch((error: unknown) => {
    if (error instanceof NotAPlace) return null;
    throw error;
  });
}

function withSeq(entry: Omit<HeldEntry, "event"> & { readonly event: Omit<HeldEntry["event"], "seq"> }): HeldEntry {
  return { ...entry, event: { ...entry.event, seq: NO_SEQ } };
}

/** What takes files, settings or a long time of the machine where the bridge runs. */
function onlyThere(remote: Remote) {
  return {
    compareAgainst: no(remote, "Comparing with what happened"),
    reread: no(remote, "Reading callbacks again"),
    runReconcile: no(remote, "Comparing with Chat at once"),
    releaseMissing: no(remote, "Letting people go"),
  } satisfies Partial<Operations>;
}

const no =
  ({ url }: Remote, what: string) =>
  async (): Promise<never> => {
    throw new Refused("unknown", `${what} cannot be done through --url: run it on the machine of ${url}`);
  };
