/** Mixpanel as a user meets it: from YAML, through the commands. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type FromYaml, openFromYaml, tryNow } from "../../test/support/from-yaml.ts";
import { EVERY_TIME } from "../kit/faults.ts";
import { type MixpanelSandbox, startMixpanelSandbox } from "./sandbox.ts";
import { ACCOUNT, eventsOf, PROJECT, SECRET } from "./testing.ts";

describe("mixpanel, from YAML", () => {
  let project: MixpanelSandbox;
  let user: FromYaml;
  before(async () => {
    project = await startMixpanelSandbox({ account: ACCOUNT, secret: SECRET, project: PROJECT });
    user = await openFromYaml(`type: mixpanel
project_id: ${PROJECT}
region: eu
base_url: ${project.url}
service_account: ${ACCOUNT}
secret: ${SECRET}
`);
  });
  after(async () => {
    await user.close();
    await project.close();
  });
  const left = (name: string) => [...project.events.values()].some(({ properties }) => properties.distinct_id === name);

  it("keeps whoever leaves during an outage, and sends them after it, each once", async () => {
    project.fail({ status: 502, body: "bad gateway" }, EVERY_TIME);
    await user.leave("outage");
    await user.status(/it .*502/);
    assert.equal(left("outage"), false);
    project.heal();
    // taken over there, and the answer is lost: what comes again is known by its id
    project.fail("cut", { applied: true });
    await tryNow(user);
    await user.traced("outage", /imported \(200\)/);
    assert.equal([...project.events.values()].length, 1);
  });

  it("pauses with its queue when the service account has expired, and says where to look", async () => {
    project.fail({ status: 401, body: { code: 401, error: "Invalid credentials" } }, EVERY_TIME);
    await user.leave("expired");
    await user.status(/refuses the service account for this project, or the project lives in another region/);
    project.heal();
    await tryNow(user);
    await user.traced("expired", /imported \(200\)/);
    assert.ok(left("expired"));
  });

  it("gives up the one whom a 400 names, and nobody else", async () => {
    project.fail((answer, request) => {
      const events = eventsOf(request);
      const index = events.findIndex(({ properties }) => properties.distinct_id === "half-1");
      if (index === -1) return answer;
      const insert_id = events[index]?.properties.$insert_id;
      const failed_records = [{ index, insert_id, field: "properties.operator", message: "should be valid utf8" }];
      return { status: 400, body: { code: 400, num_records_imported: events.length - 1, failed_records } };
    }, EVERY_TIME);
    await user.leave("half-1", "half-2");
    await user.traced("half-2", /imported \((200|400)\)/);
    await user.traced("half-1", /refuses the event for properties\.operator[\s\S]*valid utf8/);
    project.heal();
  });

  it("tries again what a 200 was answered to that counts fewer than were sent", async () => {
    project.fail({ status: 200, body: { code: 200, num_records_imported: 0, status: "OK" } }, EVERY_TIME);
    await user.leave("lied-to");
    await user.traced("lied-to", /imported 0 of 1 events/);
    assert.equal(left("lied-to"), false);
    project.heal();
    await tryNow(user);
    await user.traced("lied-to", /imported \(200\)/);
  });

  it("takes whoever is unknown: an event makes the person known", async () => {
    await user.leave("newcomer");
    await user.traced("newcomer", /imported \(200\)/);
    assert.ok(left("newcomer"));
  });
});
