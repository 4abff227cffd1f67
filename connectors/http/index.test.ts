import { asRecord } from "../../src/connector-tools.ts";
import { connectorSuite } from "../kit/conformance.ts";
import { http } from "./index.ts";
import { startLoyaltySandbox } from "./sandbox.ts";

const CLIENT = { id: "client-4711", secret: "client-secret-0815-4711" };
const LOOPBACK = { allow_http: true, allow_private_network: true };
const KNOWN = new Set(["user-1", "user-2", "user-3"]);

const oauth = (url: string) => ({
  oauth2_client_credentials: { token_url: `${url}/oauth/token`, client_id: CLIENT.id, client_secret: CLIENT.secret },
});
const CONSENT = { channel: "chat", subscribed: false, latest: "{{ event }}", changed_at: "{{ event_time }}" };
const LIMIT = { status: 403, where: { code: "QUOTA" }, means: "retry" };
const ANSWERS = [
  { status: 200, where: { "result.state": "updated", "result.member": "{{ user_id }}" }, means: "delivered" },
  { status: 404, where: { code: "MEMBER_NOT_FOUND" }, means: "unmatched" },
  { status: [400, 422], means: "rejected", message: "error.detail" },
  LIMIT,
];
const RESULTS = [
  LIMIT,
  { status: 200, where: { state: "updated" }, means: "delivered" },
  { status: 200, where: { state: "unknown" }, means: "unmatched" },
  { status: 200, where: { state: "invalid" }, means: "rejected", message: "detail" },
  { status: 400, means: "rejected", message: "error.detail" },
];

/** A member's result turned to the worse, as its destination would answer. */
function refused(results: unknown, user: string): unknown[] {
  const named = (results as unknown[]).map((result) => asRecord(result));
  return named.map((result) => (result.external_id === user ? { ...result, state: "locked" } : result));
}

for (const isBatch of [false, true]) {
  connectorSuite({
    type: http,
    variant: isBatch ? "in batches, with a token" : "one by one, with a token",
    isWrite: ({ path }) => path.startsWith("/v2/"),
    failing: (answer, request, user) => {
      const body = asRecord(answer.body);
      if (Array.isArray(body.results)) return { ...answer, body: { results: refused(body.results, user) } };
      const isAbout = request.path.includes(`/${user}/`);
      return isAbout ? { ...answer, body: { result: { member: user, state: "locked" } } } : answer;
    },
    limits: [{ status: 403, body: { code: "QUOTA" } }],
    lacks: isBatch ? {} : { batches: "the API is told one by one" },
    // whoever gives tokens has no rules
    isLimited: ({ path }) => path.startsWith("/v2/"),
    async start() {
      const sandbox = await startLoyaltySandbox({ client: CLIENT, isStranger: (user) => !KNOWN.has(user) });
      const { url, consents, meet } = sandbox;
      const one = { url: `${url}/v2/members/{{ user_id | url_encode }}/consents`, body: CONSENT, answers: ANSWERS };
      const many = {
        url: `${url}/v2/consents`,
        method: "POST",
        body: { external_id: "{{ user_id }}", ...CONSENT },
        batch: { size: 100, body: { items: "{{ items }}" }, results: { at: "results", id: "external_id" } },
        answers: RESULTS,
      };
      const check = { url: `${url}/v2/me` };
      const settings = { method: "PATCH", ...(isBatch ? many : one), auth: oauth(url), check, ...LOOPBACK };
      const holds = () => [...consents];
      const people = { meet, about: (user: string) => consents.get(user) };
      const astray = {
        ...settings,
        url: settings.url.replace(url, `${url}/elsewhere`),
        check: { url: `${url}/elsewhere/me` },
      };
      return { sandbox, settings, secrets: [CLIENT.secret], holds, people, astray };
    },
  });
}
