/** The console's pages of alarms, audit and healing. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startWebhookSandbox, type WebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import { type ChatSandbox, SANDBOX_KEY, startChatSandbox } from "../../src/chat-rest/sandbox.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type ConsoleWorld, openConsole, VIEWER } from "./support.ts";

const IS_DENO = "Deno" in globalThis;
const NEWS = "@TOA#_news";
const HOSTILE = `<script>alert("x")</script>`;

describe("the console, for those who watch", () => {
  let world: ConsoleWorld;
  let team: WebhookSandbox;
  let chat: ChatSandbox;
  before(async () => {
    [team, chat] = await Promise.all([startWebhookSandbox(), startChatSandbox()]);
    chat.world.subscribe(NEWS, ["stays", "leaves", HOSTILE], Math.floor(Date.now() / 1_000) - 86_400);
    world = await openConsole({
      // messages name the command as the process was called
      start: (world) => world.start(),
      more: `notices: { team: { type: webhook, url: "${team.url}" } }
alerts: { to: [team], disk_free_below: never, spool_older_than: 5s }
reconcile: { accounts: ["${NEWS}"], calls: 100/s, hold_above: { people: 1, share: 1% } }`,
      token: `\${CHAT_CALLBACK_TOKEN}\n      rest: { base_url: "${chat.url}", secret_key: "\${CHAT_SECRET_KEY}" }`,
      env: { CHAT_SECRET_KEY: SANDBOX_KEY },
    });
  });
  after(async () => {
    await world.close();
    await Promise.all([team.close(), chat.close()]);
  });

  describe("alarms", () => {
    it("says who is told, and that nothing is on; a viewer can change nothing", async () => {
      const { text } = await world.get("/alarms", { as: VIEWER });
      assert.match(text, /Told: team/);
      assert.match(text, /No alarm is on/);
      assert.doesNotMatch(text, /Silence it|Send a test/);
      assert.equal((await world.post("/alarms/silence", { name: "refused", why: "x" }, { as: VIEWER })).status, 403);
      assert.equal((await world.post("/alarms/test", {}, { as: VIEWER })).status, 403);
    });

    it("silences one, with the reason, for those who look later", async () => {
      const fields = { name: "paused_after", hours: "24", why: HOSTILE };
      const made = await world.post("/alarms/silence", fields);
      assert.deepEqual([made.status, made.headers.get("location")], [303, "/alarms?done=silenced"]);
      const { text, html } = await world.get("/alarms?done=silenced");
      assert.match(text, /Nothing is told of it until then/);
      assert.ok(text.includes(HOSTILE) && !html.includes(HOSTILE));
      assert.match(text, /paused_after .* olga/);
      const silences = JSON.parse((await world.command("alerts", "list", "--json")).out);
      assert.equal(silences.silences[0].why, HOSTILE);
    });

    it("wants a reason, and an alarm that there is", async () => {
      const without = await world.post("/alarms/silence", { name: "refused", hours: "1", why: " " });
      assert.equal(without.status, 400);
      assert.match(without.text, /Write why/);
      const unknown = await world.post("/alarms/silence", { name: "refusd", hours: "1", why: "x" });
      assert.equal(unknown.status, 400);
      assert.match(unknown.text, /did you mean "refused"\?/);
    });

    it("sends a test, and says whether it arrived", async () => {
      assert.match((await world.post("/alarms/test", {})).text, /team was told/);
      assert.ok([...team.received.payloads.values()].some((payload) => JSON.stringify(payload).includes('"test"')));
      team.fail({ status: 404 });
      assert.match((await world.post("/alarms/test", {})).text, /team was not told/);
    });

    it("speaks Chinese", async () => {
      assert.match((await world.get("/alarms", { language: "zh" })).text, /告警.*静音/);
    });
  });

  describe("healing", () => {
    it("shows who waits for a decision, sends them after Chat has confirmed it, and says so", async () => {
      await eventually(async () => /Whoever left since then is found: \d/.test((await world.get("/healing")).text));
      await chat.unsubscribe(NEWS, "leaves", { unheard: true });
      await chat.unsubscribe(NEWS, HOSTILE, { unheard: true });
      const asked = await world.post("/healing/compare", {});
      assert.deepEqual([asked.status, asked.headers.get("location")], [303, "/healing?done=asked"]);
      await eventually(async () => /2 people, held for a decision/.test((await world.get("/healing")).text));
      // whoever reads of it does what is said there where the bridge runs, as it was started
      const command = `${IS_DENO ? "deno run -A" : "bun run"} src/main.ts reconcile show --config ${world.config}`;
      await eventually(() =>
        [...team.received.payloads.values()].some((told) => JSON.stringify(told).includes(command)),
      );
      assert.ok((await world.get("/alarms")).text.includes(command));
      const page = await world.get("/healing");
      assert.match(page.text, /2 missing from Chat's list: 2 held for a decision, 0 sent to the connectors/);
      assert.match(
        (await world.get("/")).text,
        /0 sent after a comparison, 2 held for a decision, \d+ told by callbacks/,
      );
      assert.match(
        (await world.get("/", { language: "zh" })).text,
        /核对后补发 0 人，待人工决定 2 人，回调告知 \d+ 人/,
      );
      assert.ok(page.text.includes(HOSTILE) && !page.html.includes(HOSTILE));
      assert.doesNotMatch((await world.get("/healing", { as: VIEWER })).text, /Stop looking for them/);
      const group = Object.fromEntries(
        [...page.html.matchAll(/<input type="hidden" name="(app|account|state|pass|people)" value="([^"]*)"/g)].map(
          ([, name = "", value = ""]) => [name, value],
        ),
      );
      const other = await world.post("/healing/release", { ...group, people: "3" });
      assert.equal(other.status, 409);
      assert.match(other.text, /Something else was found meanwhile/);
      assert.equal((await world.post("/healing/release", group, { as: VIEWER })).status, 403);
      assert.equal((await world.post("/healing/release", group)).headers.get("location"), "/healing?done=released");
      const sent = () => JSON.stringify([...world.webhook.received.payloads.values()]);
      await eventually(() => sent().includes('"leaves"') && sent().includes("script"));
      assert.ok(!sent().includes('"stays"'));
      await eventually(async () => /Nobody waits for a decision/.test((await world.get("/healing")).text));
      assert.match((await world.get("/healing", { language: "zh" })).text, /补漏.*回调告知/);
    });
  });

  describe("audit", () => {
    it("tells who did what by this console, by fields that can be linked to", async () => {
      assert.equal(await postCallback(world.bridge.url, { users: ["jared"] }), true);
      await world.command("trace", "jared", "--as", "ann");
      const all = await world.get("/audit");
      assert.match(all.text, /olga \(this console ?\) silenced an alarm/);
      assert.match(all.text, /olga \(this console ?\) released the missing 2/);
      assert.match(all.text, /ann \(terminal ?, unproven ?\) looked up/);
      const one = await world.get("/audit?operation=search&person=jared");
      assert.match(one.text, /looked up 1 jared/);
      assert.doesNotMatch(one.text, /olga \(this console/);
      assert.match((await world.get("/audit?actor=nobody")).text, /Nothing is here/);
      assert.match((await world.get("/audit", { language: "zh" })).text, /olga （?\(?控制台/);
    });
  });
});
