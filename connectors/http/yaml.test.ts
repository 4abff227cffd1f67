/** A JSON API as a user meets it: from YAML, through the commands, many in one request and behind a token. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { asRecord } from "../../src/connector-tools.ts";
import { type FromYaml, openFromYaml, tryNow } from "../../test/support/from-yaml.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import type { SandboxRequest } from "../kit/sandbox.ts";
import { type LoyaltySandbox, startLoyaltySandbox } from "./sandbox.ts";

const NAMES = new Set(["outage", "ended", "revoked", "lied-to", "half-1", "half-2"]);
const CLIENT = { id: "client", secret: "client-secret-4711" };
const isWrite = ({ path }: SandboxRequest) => path.startsWith("/v2/");

describe("a JSON API, from YAML", () => {
  let loyalty: LoyaltySandbox;
  let user: FromYaml;
  before(async () => {
    loyalty = await startLoyaltySandbox({ client: CLIENT, isStranger: (name) => !NAMES.has(name) });
    user = await openFromYaml(`type: http
url: ${loyalty.url}/v2/consents
auth:
  oauth2_client_credentials:
    token_url: ${loyalty.url}/oauth/token
    client_id: ${CLIENT.id}
    client_secret: ${CLIENT.secret}
body: { external_id: "{{ user_id }}", channel: chat, subscribed: false, changed_at: "{{ event_time }}" }
batch: { size: 100, body: { items: "{{ items }}" }, results: { at: results, id: external_id } }
answers:
  - { status: 200, where: { state: updated }, means: delivered }
  - { status: 200, where: { state: unknown }, means: unmatched }
  - { status: 200, where: { state: locked }, means: rejected, message: detail }
allow_http: true
allow_private_network: true
`);
  });
  after(async () => {
    await user.close();
    await loyalty.close();
  });
  const left = (name: string) => loyalty.consents.get(name)?.subscribed === false;

  it("keeps whoever leaves during an outage, and writes them after it", async () => {
    loyalty.fail({ status: 503, headers: { "retry-after": "1" } }, EVERY_TIME);
    await user.leave("outage");
    await user.status(/it is in trouble .* HTTP 503/);
    assert.equal(left("outage"), false);
    loyalty.heal();
    await tryNow(user);
    await user.traced("outage", /HTTP 200, rule 1/);
    assert.ok(left("outage"));
  });

  it("renews a token that has ended, without a failed attempt of anybody", async () => {
    loyalty.tokens.clear();
    await user.leave("ended");
    const story = await user.traced("ended", /HTTP 200, rule 1/);
    assert.doesNotMatch(story, /failed/);
  });

  it("pauses with its queue while the credentials are refused, and says where to look", async () => {
    loyalty.tokens.clear();
    loyalty.fail({ status: 401, body: { error: "invalid_client" } }, { ...EVERY_TIME, when: (one) => !isWrite(one) });
    await user.leave("revoked");
    await user.status(/the token server refuses the client's id and secret/);
    loyalty.heal();
    await tryNow(user);
    await user.traced("revoked", /HTTP 200, rule 1/);
  });

  it("tries again what a 200 that names nobody was answered to", async () => {
    loyalty.fail({ status: 200, body: { status: "ok" } }, { ...EVERY_TIME, when: isWrite });
    await user.leave("lied-to");
    await user.traced("lied-to", /the answer has no list at `batch\.results\.at`/);
    assert.equal(left("lied-to"), false);
    loyalty.heal();
    await tryNow(user);
    await user.traced("lied-to", /HTTP 200, rule 1/);
  });

  it("gives up the one whom a 200 refuses by id, and nobody else", async () => {
    const lock = (result: unknown) =>
      asRecord(result).external_id === "half-1"
        ? { external_id: "half-1", state: "locked", detail: "on hold" }
        : result;
    loyalty.fail(
      (answer) => ({ ...answer, body: { results: (asRecord(answer.body).results as unknown[]).map(lock).reverse() } }),
      { ...EVERY_TIME, when: isWrite },
    );
    await user.leave("half-1", "half-2");
    await user.traced("half-2", /HTTP 200, rule 1/);
    await user.traced("half-1", /by rule 3 of `answers`.*on hold/);
    loyalty.heal();
  });

  it("waits for a person who is no member, writes nothing of them, and delivers once they are", async () => {
    await user.leave("newcomer");
    await user.traced("newcomer", /by rule 2 of `answers`/);
    assert.equal(loyalty.consents.has("newcomer"), false);
    loyalty.meet("newcomer");
    await tryNow(user);
    await user.traced("newcomer", /HTTP 200, rule 1/);
  });
});
