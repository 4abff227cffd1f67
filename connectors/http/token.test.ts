/** What a token server may answer, and what is said of it: by `deliver`, by `check`, and to whoever follows. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Connector, DeliverResult } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";
import { type Sandbox, type SandboxAnswer, startSandbox } from "../kit/sandbox.ts";
import { openForTest } from "../kit/testing.ts";
import { http } from "./index.ts";
import { veil } from "./token-answer.ts";

const forever = () => new AbortController().signal;
const granted = (more: object): SandboxAnswer => ({ status: 200, body: { access_token: "token-4711", ...more } });

let answer: SandboxAnswer = granted({});
let api: Sandbox;
before(async () => {
  api = await startSandbox(({ path }) => (path === "/token" ? answer : { status: 204 }));
});
after(() => api.close());

async function using(next: SandboxAnswer, act: (connector: Connector) => Promise<void>): Promise<void> {
  answer = next;
  const client = { token_url: `${api.url}/token`, client_id: "client", client_secret: "client-secret-0815" };
  const connector = openForTest(http, {
    ...{ url: `${api.url}/x`, auth: { oauth2_client_credentials: client } },
    ...{ answers: [{ status: 204, body: "ignored", means: "delivered" }] },
    ...{ allow_http: true, allow_private_network: true },
  });
  await act(connector);
  await connector.close?.();
}

const deliver = (connector: Connector): Promise<DeliverResult> => connector.deliver([sampleDelivery()], forever());

describe("a lifetime of a token", () => {
  for (const [what, expires_in, requests] of [
    ["a number", 3_600, 3],
    ["a text", "3600", 3],
    ["nothing", undefined, 3],
    ["0, which nobody means", 0, 3],
    ["below 0", -30, 3],
    ["no number at all", "soon", 3],
    ["so short that it would end on the way", 5, 4],
  ] as const) {
    it(`that is ${what} is asked for as often as that says, and never in a loop`, () =>
      using(granted({ expires_in }), async (connector) => {
        const { count } = api;
        for (const _ of [1, 2]) assert.equal((await deliver(connector)).tag, "outcomes");
        assert.equal(api.count - count, requests);
      }));
  }
});

describe("a token server that gives no token", () => {
  const cases: readonly (readonly [what: string, answer: SandboxAnswer, tag: string, words: RegExp])[] = [
    [
      "refuses the client in a 200",
      { status: 200, body: { error: "invalid_client", error_description: "no such client" } },
      "credentialsRefused",
      /refuses the client's id and secret \(invalid_client: no such client\)/,
    ],
    [
      "refuses the scope",
      { status: 400, body: { error: "invalid_scope" } },
      "credentialsRefused",
      /does not give this client what `scope` asks for/,
    ],
    [
      "does not know this way",
      { status: 400, body: { error: "unsupported_grant_type" } },
      "credentialsRefused",
      /that has to be enabled over there/,
    ],
    [
      "cannot read the request",
      { status: 400, body: { error: "invalid_request" } },
      "unavailable",
      /look at `credentials_in`, `scope` and `audience`/,
    ],
    ["gives tokens of another kind", granted({ token_type: "mac" }), "unavailable", /of another kind than `Bearer`$/],
    [
      "leads to another server",
      { status: 307, headers: { location: "http://127.0.0.1:9/" } },
      "unavailable",
      /a redirect, which is not followed; look at `auth\.oauth2_client_credentials\.token_url`/,
    ],
    [
      "is a page",
      { status: 200, body: "<html><title>Sign in</title></html>" },
      "unavailable",
      /a page for people where a token was asked for/,
    ],
    ["is not there", { status: 404, body: {} }, "unavailable", /nothing gives tokens there; look at `token_url`/],
    [
      "is somebody else's",
      { status: 401, body: { code: "TOKEN_INVALID" } },
      "credentialsRefused",
      /this is not the destination's own answer: .*`auth\.oauth2_client_credentials\.token_url` leads to another server/,
    ],
    [
      "is in trouble, whatever it says",
      { status: 500, body: { error: "invalid_client" } },
      "unavailable",
      /overloaded or in trouble/,
    ],
    [
      "answers by a form",
      { status: 200, body: "access_token=token-4711&expires_in=3600" },
      "unavailable",
      /holds no token$/,
    ],
    [
      "gives one that no header can carry",
      { status: 200, body: { access_token: "token-4711\n" } },
      "unavailable",
      /holds no token$/,
    ],
  ];
  for (const [what, given, tag, words] of cases) {
    it(`and ${what} is ${tag === "unavailable" ? "waited for" : "told so"}, in words for that, by \`check\` as well`, () =>
      using(given, async (connector) => {
        const result = await deliver(connector);
        assert.equal(result.tag, tag);
        const findings = await connector.check(forever());
        const [{ ok, what: said = "", setting = "" } = { ok: true }, ...others] = findings;
        assert.deepEqual([ok, others], [false, []]);
        assert.match(said, /^no token: /);
        assert.match(said, words);
        assert.match(setting, /^auth\.oauth2_client_credentials/);
        assert.doesNotMatch(JSON.stringify([result, findings]), /token-4711|client-secret-0815/);
      }));
  }

  it("and asks to wait is left alone as long, under each name of that", async () => {
    for (const [name, value] of [
      ["retry-after", "30"],
      ["x-ratelimit-retry-after", "30"],
      ["x-ratelimit-reset", "30"],
    ] as const) {
      await using({ status: 429, headers: { [name]: value } }, async (connector) => {
        const result = await deliver(connector);
        const { tag, unsent, retryAfterMs } = { unsent: false, retryAfterMs: 0, ...result };
        assert.deepEqual([tag, unsent, retryAfterMs], ["unavailable", true, 30_000]);
      });
    }
  });
});

describe("what a token server says", () => {
  it("is shown without the token, in whatever form it stands", () => {
    for (const text of [
      '{"access_token":"token-4711","expires_in":1}',
      '{ "access_token" : "to\\"ken-4711" }',
      '{"access_token":4711,"client_secret":"4711',
      "access_token=token-4711&expires_in=3600",
      "expires_in=3600&refresh_token=token-4711",
      "grant_type=client_credentials&client_secret=4711",
    ]) {
      assert.doesNotMatch(veil(text), /4711/, text);
      assert.match(veil(text), /\(hidden\)/);
    }
    assert.equal(veil('{"error":"invalid_client","expires_in":1}'), '{"error":"invalid_client","expires_in":1}');
  });
});
