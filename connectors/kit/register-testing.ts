/**
 * A destination that knows persons, takes them in batches and answers for each: the connector that is right, and what may be wrong
 * with it. For tests of the suite itself.
 */
import type { Static } from "@sinclair/typebox";
import {
  type Connector,
  type ConnectorTools,
  connectorType,
  type Delivery,
  delivered,
  type HttpAnswer,
  type Outcome,
  outcomes,
  rejected,
  retry,
  Secret,
  Template,
  Type,
  unavailableBy,
  unmatched,
} from "../../src/connector.ts";
import {
  asRecord,
  byAge,
  grouped,
  isPage,
  parseJson,
  reasonFor,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import type { Subject } from "./conformance.ts";
import { type SandboxAnswer, startSandbox } from "./sandbox.ts";

const TOKEN = "a-token-of-the-register";

/** What is wrong; nothing unless set. */
export interface Flaws {
  /** What it sends for a user's id. */
  readonly idOf?: (user: string) => string;
  /** It sends each delivery as it is, though two are about one person. */
  readonly keepsAll?: true;
  /** What it says of whom the destination does not know. */
  readonly ofUnknown?: (words: string) => Outcome;
  /** It never looks at the count. */
  readonly ignoresCount?: true;
  /** It takes results for those at the same place of the request. */
  readonly byPlace?: true;
  /** It takes whoever is not named for done. */
  readonly trustsSilence?: true;
  /** It never looks at single results. */
  readonly ignoresResults?: true;
  readonly account?: (settings: { readonly token: string; readonly state: string }) => string;
  /** It takes 403 for a refusal, whatever is in it. */
  readonly ignoresLimits?: true;
  /** It waits only by the standard's name. */
  readonly waitsByOneName?: true;
  /** It takes any 400 for the destination's. */
  readonly believesPages?: true;
  /** It asks for ever while it is refused. */
  readonly insists?: true;
  /** It asks nothing when it is checked. */
  readonly checksNothing?: true;
}

const Settings = Type.Object({
  url: Type.String({ description: "Where it is." }),
  token: Secret({ description: "Its token." }),
  state: Template({ default: "{{ event }}", description: "What is written." }),
});
type Settings = Static<typeof Settings>;

/** A register, and a connector with these flaws. */
export function register(flaws: Flaws = {}): Subject {
  const type = connectorType({
    type: "register",
    summary: "Keeps a register.",
    settings: Settings,
    example: "type: register\nurl: https://register.example\ntoken: ${TOKEN}\n",
    largestBatch: () => 50,
    concurrency: 1,
    budgets: { default: { requests: 100, perMs: 1_000 } },
    writes: "state",
    destination: ({ url }) => url,
    account: flaws.account ?? (({ token }) => token),
    open: (settings, tools) => open(settings, tools, flaws),
  });
  return {
    type: type as unknown as Subject["type"],
    start,
    limits: [{ status: 403, body: { error: "LIMIT" } }],
    failing: (answer, _, user) => {
      const results = asResults(answer.body).map((each) =>
        each.user === user ? { user, ok: false, error: "REFUSED" } : each,
      );
      return { ...answer, body: { ...asRecord(answer.body), results } };
    },
  };
}

interface Result {
  readonly user: string;
  readonly ok: boolean;
  readonly error?: string;
}

function asResults(body: unknown): Result[] {
  const { results } = asRecord(body);
  return Array.isArray(results) ? results : [];
}

async function start() {
  const known = new Map<string, unknown>(["user-1", "user-2", "user-3"].map((user) => [user, undefined]));
  const sandbox = await startSandbox(({ method, path, headers, body }): SandboxAnswer => {
    if (path.startsWith("/elsewhere")) return { status: 404, body: { error: "NO_SUCH_ACCOUNT" } };
    if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 };
    if (method === "GET") return { status: 200, body: {} };
    const persons: readonly { user: string; state: string }[] = JSON.parse(body);
    for (const { user, state } of persons) if (known.has(user)) known.set(user, state);
    const results = persons.map(({ user }) => ({ user, ok: known.has(user), ...(!known.has(user) && UNKNOWN) }));
    return { status: 200, body: { count: persons.length, results } };
  });
  return {
    sandbox,
    settings: { url: sandbox.url, token: TOKEN },
    secrets: [TOKEN],
    holds: () => [...known],
    people: { meet: (user: string) => void known.set(user, undefined), about: (user: string) => known.get(user) },
    astray: { url: `${sandbox.url}/elsewhere`, token: TOKEN },
  };
}

const UNKNOWN = { error: "UNKNOWN" };

function open({ url, token, state }: Settings, tools: ConnectorTools, flaws: Flaws): Connector {
  const render = tools.template(state);
  const { idOf = (user) => user } = flaws;
  const requestOf = (deliveries: readonly Delivery[]) => {
    const persons = grouped(deliveries.map((each) => [idOf(each.event.user), each]));
    const newest = (one: Delivery, other: Delivery) => (flaws.keepsAll || byAge(one, other) < 0 ? other : one);
    const all = [...persons].map(([user, own]) => ({ user, state: String(render(own.reduce(newest))) }));
    return { method: "POST", body: JSON.stringify(all) };
  };
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return {
    async deliver(deliveries, signal) {
      try {
        const ask = () => tools.fetch(url, { ...requestOf(deliveries), headers, signal });
        let answer = await ask();
        for (let times = 0; flaws.insists && answer.status === 401 && times < 20; times += 1) answer = await ask();
        return read(answer, deliveries, flaws);
      } catch (error) {
        return unavailableBy(error);
      }
    },
    async check(signal) {
      const fault = { ok: false, what: "it does not answer as it should", todo: "look at url and token" } as const;
      const fine = { ok: true, what: "it answers" } as const;
      const answer = await tools.fetch(url, { headers, signal }).catch(() => undefined);
      return [answer?.status === 200 || (flaws.checksNothing && answer !== undefined) ? fine : fault];
    },
    async preview(deliveries) {
      const { method, body } = requestOf(deliveries);
      return [{ method, url, headers: {}, body: JSON.parse(body) }];
    },
  };
}

function read(answer: HttpAnswer, deliveries: readonly Delivery[], flaws: Flaws) {
  const { status, text, headers } = answer;
  const body = asRecord(parseJson(text));
  const reason = reasonFor(answer);
  const standard = headers.get("retry-after");
  const retryAfterMs = flaws.waitsByOneName ? (standard === null ? undefined : 120_000) : answer.retryAfterMs;
  if (status === 403 && body.error === "LIMIT" && !flaws.ignoresLimits) return unavailable(reason, retryAfterMs);
  if (status === 400 && flaws.believesPages && isPage(text)) return { tag: "batchRejected", reason } as const;
  if (status !== 200) return troubleOf({ status, retryAfterMs }, reason) ?? unavailable(reason, retryAfterMs);
  return readResults(body, deliveries, flaws);
}

function readResults(body: Record<string, unknown>, deliveries: readonly Delivery[], flaws: Flaws) {
  const { idOf = (user) => user, ofUnknown = unmatched } = flaws;
  const results = asResults(body);
  const users = new Set(deliveries.map(({ event }) => event.user));
  const isShort = !flaws.ignoresCount && !(Number(body.count) >= users.size);
  const outcomeOf = ({ event }: Delivery, place: number): Outcome => {
    const own = flaws.byPlace ? results[place] : results.find(({ user }) => user === idOf(event.user));
    if (own === undefined) return flaws.trustsSilence && results.length > 0 ? delivered() : retry("it is not named");
    if (own.ok || flaws.ignoresResults) return isShort ? retry("the count falls short") : delivered();
    return own.error === "UNKNOWN" ? ofUnknown("nobody knows them") : rejected("it was refused");
  };
  return outcomes(deliveries.map((each, place) => [each.id, outcomeOf(each, place)]));
}
