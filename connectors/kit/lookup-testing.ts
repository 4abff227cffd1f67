/**
 * A destination that is asked for its own ids of persons before anything is written: the connector that is right, and what may be wrong
 * with how it reads the list. For tests of the suite itself.
 */
import type { Static } from "@sinclair/typebox";
import {
  type Connector,
  type ConnectorTools,
  connectorType,
  type Delivery,
  delivered,
  outcomes,
  retry,
  Secret,
  Type,
  unavailableBy,
  unmatched,
} from "../../src/connector.ts";
import { asRecord, parseJson, reasonFor, troubleOf, unavailable } from "../../src/connector-tools.ts";
import type { Subject } from "./conformance.ts";
import { type SandboxAnswer, startSandbox } from "./sandbox.ts";

const TOKEN = "a-token-of-the-file";
const USERS = ["user-1", "user-2", "user-3"];

export interface ListFlaws {
  /** It takes what is found for whom was asked about at the same place. */
  readonly byPlace?: true;
  /** It takes whoever is not in the list for unknown, though the list says that it has more. */
  readonly believesCut?: true;
  /** It takes whoever is not in the list for unknown, though somebody is in it of whom it does not show who. */
  readonly believesUnread?: true;
}

const Settings = Type.Object({
  url: Type.String({ description: "Where it is." }),
  token: Secret({ description: "Its token." }),
});

/** A file of persons, and a connector with these flaws. */
export function lookUpFile(flaws: ListFlaws = {}): Subject {
  const type = connectorType({
    type: "file",
    summary: "Keeps a file of persons.",
    settings: Settings,
    example: "type: file\nurl: https://file.example\ntoken: ${TOKEN}\n",
    largestBatch: () => 50,
    concurrency: 1,
    budgets: {},
    writes: "state",
    destination: ({ url }) => url,
    account: ({ token }) => token,
    open: (settings, tools) => open(settings, tools, flaws),
  });
  return { type: type as unknown as Subject["type"], start, isWrite: ({ method }) => method === "POST" };
}

async function start() {
  const held = new Map<string, string>();
  const sandbox = await startSandbox(({ headers, method, query, body }): SandboxAnswer => {
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 };
    if (method === "POST") {
      const writes = Object.entries(asRecord(parseJson(body)));
      for (const [id, state] of writes) held.set(id, String(state));
      return { status: 200, body: { written: writes.length } };
    }
    const found = query.getAll("user").filter((user) => USERS.includes(user));
    return {
      status: 200,
      body: { total: found.length, persons: found.map((user) => ({ user, id: `id of ${user}` })) },
    };
  });
  return { sandbox, settings: { url: sandbox.url, token: TOKEN }, secrets: [TOKEN], holds: () => [...held].sort() };
}

function open({ url, token }: Static<typeof Settings>, tools: ConnectorTools, flaws: ListFlaws): Connector {
  const headers = { authorization: `Bearer ${token}` };
  return {
    async deliver(deliveries, signal) {
      const users = deliveries.map(({ event }) => event.user);
      const query = new URLSearchParams(users.map((user) => ["user", user]));
      try {
        const found = await tools.fetch(`${url}/?${query}`, { headers, signal });
        const ids = readList(parseJson(found.text), users, flaws);
        const trouble = troubleOf(found, reasonFor(found));
        if (trouble !== undefined || ids === undefined) return trouble ?? unavailable(reasonFor(found));
        const writes = deliveries.flatMap(({ event }) => {
          const id = ids.get(event.user);
          return id === undefined ? [] : [[id, `${event.user} ${event.kind}`] as const];
        });
        const body = JSON.stringify(Object.fromEntries(writes));
        const answer = await tools.fetch(url, { method: "POST", headers, body, signal });
        const isDone = asRecord(parseJson(answer.text)).written === writes.length;
        return (
          troubleOf(answer, reasonFor(answer)) ??
          outcomes(deliveries.map((each) => [each.id, outcomeOf(each, ids, isDone)]))
        );
      } catch (error) {
        return unavailableBy(error);
      }
    },
    check: async () => [],
    preview: async () => [],
  };
}

/** Ids by user; undefined where the list is none, or not whole. */
function readList(body: unknown, users: readonly string[], flaws: ListFlaws): Map<string, string> | undefined {
  const { total, persons } = asRecord(body);
  if (!Array.isArray(persons) || (total !== persons.length && !flaws.believesCut)) return undefined;
  const read = persons.map(asRecord);
  const isRead = read.every(({ user }) => typeof user === "string" && users.includes(user));
  if (!isRead && !flaws.believesUnread) return undefined;
  return new Map(read.map(({ user, id }, place) => [String(flaws.byPlace ? users[place] : user), String(id)]));
}

function outcomeOf({ event }: Delivery, ids: ReadonlyMap<string, string>, isDone: boolean) {
  if (!ids.has(event.user)) return unmatched("nobody knows them");
  return isDone ? delivered() : retry("fewer were written");
}
