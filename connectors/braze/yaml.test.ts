/** Braze as a user meets it: from YAML, through the commands. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FromYaml, openFromYaml, tryNow } from "../../test/support/from-yaml.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import { type BrazeSandbox, startBrazeSandbox } from "./sandbox.ts";
import { failing, GROUP, isTrack, KEY } from "./testing.ts";

const NAMES = ["outage", "expired", "lied-to", "half-1", "half-2"];

describe("braze, from YAML", () => {
  let braze: BrazeSandbox;
  let user: FromYaml;
  before(async () => {
    braze = await startBrazeSandbox({ key: KEY, profiles: NAMES, groups: [GROUP] });
    user = await openFromYaml(`type: braze
endpoint: ${braze.url}
api_key: ${KEY}
subscription_groups: ["${GROUP}"]
attributes: { chat_subscription: "{{ event }}" }
`);
  });
  after(async () => {
    await user.close();
    await braze.close();
  });
  const left = (name: string) => braze.profiles.get(name)?.chat_subscription === "unsubscribed";

  it("keeps whoever leaves during an outage, and writes them after it", async () => {
    braze.fail({ status: 503, headers: { "x-ratelimit-retry-after": "1" } }, EVERY_TIME);
    await user.leave("outage");
    await user.status(/it is in trouble .* HTTP 503/);
    assert.equal(left("outage"), false);
    braze.heal();
    await tryNow(user);
    await user.traced("outage", /queued by Braze \(201\)/);
    assert.deepEqual(braze.profiles.get("outage")?.subscription_groups, [
      { subscription_group_id: GROUP, subscription_state: "unsubscribed" },
    ]);
  });

  it("pauses with its queue when the API key has been revoked, and says where to look", async () => {
    braze.fail({ status: 401, body: { message: "Invalid API Key" } }, EVERY_TIME);
    await user.leave("expired");
    await user.status(/Braze refuses the API key, or the workspace lives on another instance/);
    braze.heal();
    await tryNow(user);
    await user.traced("expired", /queued by Braze/);
    assert.ok(left("expired"));
  });

  it("tries again what a 2xx without a word was answered to", async () => {
    braze.fail({ status: 201, body: "" }, { ...EVERY_TIME, when: isTrack });
    await user.leave("lied-to");
    await user.status(/not an answer of Braze/);
    assert.equal(left("lied-to"), false);
    braze.heal();
    await tryNow(user);
    await user.traced("lied-to", /queued by Braze/);
  });

  it("gives up the one whom Braze refuses inside of a 201, and nobody else", async () => {
    braze.fail((answer, request) => failing(answer, request, "half-1"), { ...EVERY_TIME, when: isTrack });
    await user.leave("half-1", "half-2");
    await user.traced("half-2", /queued by Braze/);
    await user.traced("half-1", /Braze refuses what was written of this person.*invalid value/);
    braze.heal();
  });

  it("waits for a person who has no profile, writes nothing of them, and delivers once they have one", async () => {
    await user.leave("newcomer");
    await user.traced("newcomer", /Braze has no profile with the external ID "newcomer"/);
    assert.equal(braze.profiles.has("newcomer"), false);
    braze.profiles.set("newcomer", {});
    await tryNow(user);
    await user.traced("newcomer", /queued by Braze/);
    assert.equal(braze.passedOver, 0);
  });
});
