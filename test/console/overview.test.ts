/** The console's first page by HTTP: what it says of a bridge that runs, and a person's hand on connectors. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { after, before, describe, it } from "node:test";
import { spanBegin } from "../../src/storage/rules/samples.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type ConsoleWorld, openConsole, VIEWER } from "./support.ts";

/** As long as a name may be. */
const LONG = "partner-of-the-marketing-team-in-shanghai-and-berlin-for-now";

describe("the overview", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole({
      more: "name: production",
      contacts: ["jared"],
      connectors: {
        [LONG]: [
          "type: webhook",
          "url: https://127.0.0.1:9/",
          "secret: ${PARTNER_WEBHOOK_SECRET}",
          "allow_private_network: true",
        ],
      },
    });
  });
  after(() => console.close());

  const sentence = async (language = "en"): Promise<string> => {
    const { html, status } = await console.get("/", { language });
    assert.equal(status, 200, html);
    return /<p id="verdict"[^>]*>(?:<svg.*?<\/svg>)? ?(.*?)<\/p>/s.exec(html)?.[1] ?? html;
  };

  it("of a store in which nothing happened yet says that everybody was honoured, what serves and which connectors there are", async () => {
    const { html, text } = await console.get("/");
    assert.match(text, /Everybody who left has been honoured everywhere\./);
    assert.match(text, /production, \S+ process \d+/);
    for (const name of ["crm", "analytics", "partner", LONG]) assert.ok(html.includes(`id="connector-${name}"`), name);
    assert.match(text, /crm ready hubspot/);
    assert.match(text, /Waiting 0 Oldest – Delivered a minute 0/);
    assert.doesNotMatch(html, /needs-person|by-itself/);
    assert.match(await sentence("zh-CN"), /所有退订均已在各处生效。/);
  });

  it("lets an operator pause a connector with a reason that all others see, and nobody without one", async () => {
    const form = await console.get("/connectors/partner/pause");
    assert.match(form.text, /Pause partner Nothing is sent to it until somebody resumes it/);
    const mute = await console.post("/connectors/partner/pause", { why: " \n" });
    assert.deepEqual([mute.status, /Say why, so that others know/.test(mute.text)], [400, true]);
    const why = '<img src=x onerror=alert(1)> "搬家"';
    const paused = await console.post("/connectors/partner/pause", { why });
    assert.equal(paused.status, 303);
    const after = paused.headers.get("location") ?? "";
    assert.match((await console.get(after)).text, /partner is paused\. Its queue is kept\./);
    const seen = await console.get("/", { as: VIEWER });
    assert.ok(seen.text.includes(`partner was paused by olga: “${why}”`), seen.text);
    assert.doesNotMatch(seen.html, /<img/);
    assert.match((await console.command("status")).out, /olga paused it\n {2}why: <img src=x/);
    const { out } = await console.command("audit", "list", "--json");
    const [row] = JSON.parse(out).audit;
    assert.deepEqual([row.operation, row.actor.name, row.filter], ["pause", "olga", { connector: "partner", why }]);
    // there is nothing to be counted of it
    assert.match((await console.get("/audit?operation=pause")).html, /data-title="How many"><\/td>/);
  });

  it("has an address of each connector that goes through the login, as a link from a chat does", async () => {
    const asked = await fetch(`${console.origin}/connectors/partner`, {
      redirect: "manual",
      headers: { accept: "text/html" },
    });
    assert.equal(asked.headers.get("location"), "/login?back=%2Fconnectors%2Fpartner");
    const { status, headers } = await console.get("/connectors/partner", { as: VIEWER });
    assert.deepEqual([status, headers.get("location")], [303, "/#connector-partner"]);
  });

  it("says who is owed, since when, and by whose fault, and keeps what needs a person apart", async () => {
    assert.equal(await postCallback(console.bridge.url, { users: ["jared"] }), true);
    await eventually(async () =>
      /At least 1 person is owed, the oldest for .*partner was paused by olga/.test(await sentence()),
    );
    assert.match(await sentence("zh"), /至少 1 人的退订尚未生效，最久的已等待 .*：partner 由 olga 暂停/);
    const { html } = await console.get("/");
    assert.match(html, /<section id="needs-person">.*href="\/deliveries\?state=waiting&amp;connector=partner"/s);
  });

  it("offers a viewer nothing to do, and refuses what one does all the same", async () => {
    const { html } = await console.get("/", { as: VIEWER });
    assert.doesNotMatch(html, /connectors\/partner/);
    for (const deed of ["pause", "resume", "retry"]) {
      const { status } = await console.post(`/connectors/partner/${deed}`, { why: "x" }, { as: VIEWER });
      assert.equal(status, 403, deed);
    }
    assert.equal((await console.get("/connectors/partner/pause", { as: VIEWER })).status, 403);
    assert.match(await sentence(), /partner was paused by olga/);
  });

  it("lets an operator see whose pause it is, end it, and try what waits", async () => {
    const form = await console.get("/connectors/partner/resume", { language: "zh" });
    assert.match(form.text, /恢复 partner .*由 olga 暂停：“<img/);
    const resumed = await console.post("/connectors/partner/resume", {});
    assert.match((await console.get(resumed.headers.get("location") ?? "")).text, /partner goes on\./);
    await eventually(async () => console.webhook.requests.length > 0);
    const tried = await console.post(`/connectors/${LONG}/retry`, {});
    assert.match((await console.get(tried.headers.get("location") ?? "")).text, /is tried now/);
    await eventually(async () => /for-now (?:is in trouble|is sending)/.test(await sentence()));
  });

  it("draws what came in and what waited over an hour, a day and two weeks, with each number in a table", async () => {
    const now = Date.now();
    const acks = { "0.005": 900, "0.025": 99, Infinity: 1 };
    const db = new DatabaseSync(console.path("data/bridge.db"));
    db.exec("PRAGMA busy_timeout = 5000");
    // before the bridge began: what it counts itself is of other minutes
    for (const [minutes, ago, callbacks, waiting] of [
      [1, 30, 100, 7],
      [10, 60, 1_234, 8],
      [120, 240, 5_678, 9],
    ] as const) {
      const at = spanBegin(now - ago * 60_000, minutes);
      const keep = db.prepare("INSERT INTO samples VALUES (?, ?, 'machine', ?, ?)");
      keep.run(minutes, at, "", JSON.stringify({ callbacks, acks }));
      keep.run(minutes, at, "crm", JSON.stringify({ delivered: 3, waiting, oldestMs: 90_000 }));
    }
    db.close();
    const hour = await console.get("/");
    assert.match(hour.text, /Kept in the last hour, to the last full minute 1\d\d/);
    assert.match(hour.text, /half of them within 5 ms, 99 of 100 within 25 ms, 1 after Chat had stopped waiting/);
    assert.match(hour.html, /<title>[^<]*: 100<\/title>/);
    assert.match(hour.html, /<details id="chart-waiting-numbers">.*<td class="number">7<\/td>/s);
    assert.match(hour.text, /How long the oldest had waited at most 1 min 30 s/);
    const [day, weeks] = [await console.get("/?charts=24h"), await console.get("/?charts=14d", { language: "zh" })];
    assert.match(day.text, /Callbacks kept, each 10 minutes at most 1,234/);
    assert.match(weeks.text, /收到的回调（每 2 小时） 最高 5,678/);
    assert.equal(hour.html.match(/<g class="/g)?.length, 4 * 60);
    assert.doesNotMatch(hour.html + day.html + weeks.html, / style=|NaN/);
  });

  it("tells of a connector that nobody knows, and of nothing that is only claimed in an address", async () => {
    assert.equal((await console.post("/connectors/nobody/resume", {})).status, 404);
    assert.match((await console.get("/connectors/nobody/pause")).text, /The store knows no connector of this name/);
    const claimed = await console.get("/?done=pause&connector=crm&at=1");
    assert.doesNotMatch(claimed.text, /crm is paused/);
  });

  it("quotes of what a destination answers the sentence alone, marked as its own", async () => {
    const body = JSON.stringify({ status: "error", message: "The portal is being moved", correlationId: "8f-1" });
    console.hubspot.fail({ status: 503, body }, { times: Number.POSITIVE_INFINITY });
    await postCallback(console.bridge.url, { users: ["mia"] });
    await eventually(async () => /crm is in trouble/.test((await console.get("/")).text));
    const { html } = await console.get("/");
    assert.match(
      /id="connector-crm".*?<\/article>/s.exec(html)?.[0] ?? "",
      /<bdi class="foreign">[^<{]*“The portal is being moved”<\/bdi>/,
    );
    assert.ok(!html.includes("correlationId"));
  });
});
