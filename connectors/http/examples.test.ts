/** The worked examples of the page, as somebody who copies them has them: against a stand-in of each API. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import type { Connector, DeliverResult } from "../../src/connector.ts";
import { asRecord, sampleDelivery } from "../../src/connector-tools.ts";
import type { SandboxAnswer } from "../kit/sandbox.ts";
import { openForTest } from "../kit/testing.ts";
import { EXAMPLE_APIS, type ExampleApi, startExampleApi } from "./examples-testing.ts";
import { http } from "./index.ts";
import { startLoyaltySandbox } from "./sandbox.ts";

const PAGE = readFileSync(join(import.meta.dirname, "README.md"), "utf8");

/** The last connector of this name on the page, sent to a stand-in; what belongs to every connector is left out. */
function settingsOf(name: string, url: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const blocks = [...PAGE.matchAll(/^```yaml\n(connectors:[\s\S]*?)^```/gm)].map(([, text = ""]) => text);
  const text = blocks.findLast((block) => block.includes(`\n  ${name}:\n`)) ?? "";
  const filled = text.replace(/\$\{(\w+)\}/g, "sample-$1").replace(/https:\/\/[\w.-]+/g, url);
  const { type, rate, ...settings } = asRecord(asRecord(parse(filled).connectors)[name]);
  assert.equal(type, "http", `the page has no example ${name}`);
  return { ...settings, ...more, allow_http: true, allow_private_network: true };
}

const forever = () => new AbortController().signal;

async function outcomeOf(connector: Connector, user: string): Promise<string> {
  const result: DeliverResult = await connector.deliver([sampleDelivery(user)], forever());
  const [outcome] = "outcomes" in result ? (result.outcomes?.values() ?? []) : [];
  if (outcome === undefined) return result.tag;
  return outcome.tag === "delivered" ? (outcome.proof ?? "delivered") : outcome.tag;
}

/** What the API proves, and what becomes of whom it does not know. */
const EXPECTED: Readonly<Record<string, readonly [known: string, stranger: string]>> = {
  klaviyo: ["accepted", "accepted"],
  intercom: ["accepted", "unmatched"],
  iterable: ["accepted", "accepted"],
  zendesk: ["accepted", "accepted"],
};

const errorOf = (code: string) => ({ type: "error.list", errors: [{ code, message: code }] });
const job = (status: string, results: unknown = null) => ({ job_status: { id: "8b72", status, results } });

/** Answers that look like those that the page names, and what they are. */
const ALIKE: Readonly<Record<string, readonly (readonly [answer: SandboxAnswer, means: string])[]>> = {
  klaviyo: [
    [{ status: 200, body: {} }, "retry"],
    [{ status: 207, body: { errors: [{ detail: "no" }] } }, "retry"],
    [{ status: 404, body: { errors: [{ code: "not_found" }] } }, "retry"],
    [{ status: 409, body: { errors: [{ code: "duplicate" }] } }, "retry"],
    [{ status: 400, body: "<html>Bad Request</html>" }, "retry"],
    [{ status: 410, body: { errors: [{ code: "revision_expired" }] } }, "retry"],
  ],
  intercom: [
    [{ status: 200, body: { type: "event" } }, "retry"],
    [{ status: 404, body: errorOf("api_version_not_found") }, "retry"],
    [{ status: 404, body: "<html>Not Found</html>" }, "retry"],
    [{ status: 404, body: { errors: [] } }, "retry"],
    [{ status: 404, body: errorOf("user_not_found") }, "unmatched"],
    [{ status: 202, body: "<html>Sign in</html>" }, "retry"],
    [{ status: 403, body: errorOf("api_plan_restricted") }, "credentialsRefused"],
  ],
  iterable: [
    [{ status: 200, body: { code: "GenericError", msg: "failed" } }, "retry"],
    [{ status: 200, body: { code: "success" } }, "retry"],
    [{ status: 200, body: "Success" }, "retry"],
    [{ status: 202, body: { code: "Success" } }, "retry"],
    [{ status: 409, body: { code: "Conflict" } }, "retry"],
    [{ status: 400, body: { code: "InvalidUserIdError", msg: "no such user" } }, "rejected"],
  ],
  zendesk: [
    [{ status: 200, body: job("failed") }, "retry"],
    [{ status: 200, body: job("killed") }, "retry"],
    [{ status: 200, body: job("working") }, "accepted"],
    [{ status: 200, body: job("completed", [{ index: 0, success: true, status: "Updated" }]) }, "delivered"],
    [{ status: 200, body: job("completed", [{ index: 0, error: "UserNotFound" }]) }, "retry"],
    [{ status: 200, body: job("completed", []) }, "retry"],
    [{ status: 200, body: { users: [] } }, "retry"],
    [{ status: 404, body: { error: "RecordNotFound" } }, "retry"],
    [{ status: 409, body: { error: "DatabaseConflict" } }, "retry"],
  ],
};

for (const [name, judge] of Object.entries(EXAMPLE_APIS)) {
  describe(`the worked example ${name}`, () => {
    const using = async (act: (api: ExampleApi, open: (more?: object) => Connector) => Promise<void>) => {
      const api = await startExampleApi(judge);
      const opened: Connector[] = [];
      try {
        await act(api, (more = {}) => {
          const connector = openForTest(http, settingsOf(name, api.url, { ...more }));
          opened.push(connector);
          return connector;
        });
      } finally {
        for (const connector of opened) await connector.close?.();
        await api.close();
      }
    };

    it("says what its API proves, of a person whom it knows and of one whom it does not", () =>
      using(async (api, open) => {
        const connector = open();
        const outcomes = [await outcomeOf(connector, "jared"), await outcomeOf(connector, "nobody-1")];
        assert.deepEqual(outcomes, EXPECTED[name]);
        assert.ok(api.told.has("jared"));
        const [finding] = await connector.check(forever());
        assert.equal(finding?.ok, true, finding?.what ?? "nothing was found");
      }));

    it("gives up what the API refuses for what is in it, with the API's words", () =>
      using(async (_, open) => {
        const connector = open({ body: { nothing: "that it knows" } });
        const result = await connector.deliver([sampleDelivery()], forever());
        const [outcome] = "outcomes" in result ? (result.outcomes?.values() ?? []) : [];
        assert.equal(outcome?.tag, "rejected");
        assert.ok("reason" in outcome && outcome.reason.message && !outcome.reason.message.startsWith("{"));
      }));

    it("takes no answer that only looks like another for that one", () =>
      using(async (api, open) => {
        const connector = open();
        for (const [answer, expected] of ALIKE[name] ?? assert.fail(name)) {
          api.fail(answer);
          assert.equal(await outcomeOf(connector, "jared"), expected, JSON.stringify(answer));
        }
      }));

    it("pauses for credentials that are refused, and waits for a limit or for what nobody has foreseen", () =>
      using(async (api, open) => {
        const connector = open();
        for (const [answer, expected] of [
          [{ status: 401, body: {} }, "credentialsRefused"],
          [{ status: 429, headers: { "retry-after": "7" } }, "unavailable"],
          [{ status: 200, body: { code: "Queued" } }, "retry"],
          ["html", "retry"],
        ] as const) {
          api.fail(answer);
          assert.equal(await outcomeOf(connector, "jared"), expected);
        }
      }));
  });
}

describe("the worked example of a service of one's own", () => {
  it("asks for a token once, and tells a member from a stranger", async () => {
    const client = { id: "sample-LOYALTY_CLIENT_ID", secret: "sample-LOYALTY_CLIENT_SECRET" };
    const api = await startLoyaltySandbox({ client, isStranger: (user) => user === "nobody" });
    const connector = openForTest(http, settingsOf("loyalty", api.url));
    const outcomes = [await outcomeOf(connector, "jared"), await outcomeOf(connector, "nobody")];
    assert.deepEqual(outcomes, ["delivered", "unmatched"]);
    assert.equal(api.consents.get("jared")?.subscribed, false);
    assert.equal(api.received.granted, 1);
    await connector.close?.();
    await api.close();
  });
});
