/** The ledger in a browser: filters that combine, and links that keep them. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { filterIn } from "../../src/console/pages/deliveries/filter.ts";
import { PageRefusal } from "../../src/console/refusal.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type ConsoleWorld, openConsole, VIEWER } from "./support.ts";

const MANY = Array.from({ length: 30 }, (_, n) => `person-${n}`);
const HOSTILE = `<img src=x onerror="alert(1)">`;
/** As long as a name may be. */
const LONG = "a".repeat(60);
const HTML_ANSWER = `<script>alert(1)</script>${"<b>sorry</b>".repeat(30)}`;

describe("the page of deliveries", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole({
      contacts: [...MANY, HOSTILE],
      connectors: { [LONG]: ["type: segment", "write_key: ${SEGMENT_WRITE_KEY}", "events: [subscribed]", "event: x"] },
    });
    const { webhook, bridge } = console;
    webhook.fail({ status: 503, body: HTML_ANSWER }, { times: Number.POSITIVE_INFINITY });
    await postCallback(bridge.url, { users: MANY });
    await postCallback(bridge.url, { users: [HOSTILE, "unknown-there"], officialAccount: "@TOA#_shop" });
    await eventually(async () => {
      const [crm, partner] = [
        await console.get("/deliveries?reason=chat_user_id"),
        await console.get("/deliveries?reason=HTTP+503"),
      ];
      return /unknown-there/.test(crm.text) && /sorry/.test(partner.text);
    });
  });
  after(() => console.close());

  const rows = (html: string) => [...html.matchAll(/<tr id="delivery-([^"]+)"/g)].map(([, id = ""]) => id);

  it("goes from page to page, and has each delivery once", async () => {
    const found: string[] = [];
    let at: string | undefined = "/deliveries";
    for (let pages = 0; at !== undefined; pages += 1) {
      const { html } = await console.get(at, { as: VIEWER });
      found.push(...rows(html));
      at = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&");
      assert.ok(pages < 5);
    }
    assert.deepEqual([found.length, new Set(found).size], [4 * 32, 4 * 32]);
  });

  it("combines its filters, and keeps them in links", async () => {
    const { html, text } = await console.get("/deliveries?state=skipped&account=%40TOA%23_shop&since=24h");
    assert.equal(rows(html).length, 2);
    assert.ok(rows(html).every((id) => id.endsWith(`:${LONG}`)));
    assert.match(text, /events does not name "unsubscribed"/);
    assert.match(html, /<option value="skipped" selected/);
    assert.match(html, /name="account" value="@TOA#_shop"/);
    const crm = await console.get("/deliveries?connector=crm&reason=hubspot_no_contact");
    assert.equal(rows(crm.html).length, 1);
    const mine = await console.get(`/deliveries?${new URLSearchParams({ user: HOSTILE, connector: "partner" })}`);
    assert.equal(rows(mine.html).length, 1);
    const refused = await console.get("/deliveries?user=person-0&connector=partner");
    assert.match(refused.html, /href="\/deliveries\?user=[^"]*connector=partner&amp;reason=HTTP\+503"/);
  });

  it("shows foreign words and long names as text", async () => {
    const { html, text } = await console.get("/deliveries?state=waiting&connector=partner");
    assert.match(text, /sorry/);
    assert.doesNotMatch(html, /<script>alert|<b>sorry|<img src=x/);
  });

  it("says so where nothing is, where a connector is unknown, and where a link leads nowhere any more", async () => {
    assert.match((await console.get("/deliveries?state=superseded")).text, /Nothing is here/);
    const unknown = await console.get("/deliveries?connector=gone");
    assert.deepEqual([unknown.status, /There is no connector “gone”/.test(unknown.text)], [200, true]);
    const lost = await console.get("/deliveries?after=nonsense");
    assert.match(lost.text, /it begins anew/);
    assert.equal(rows(lost.html).length, 50);
    assert.equal(rows((await console.get("/deliveries?state=nonsense")).html).length, 50);
    // passed over, it would mean more than was meant
    const odd = await console.get("/deliveries?since=soon");
    assert.deepEqual([odd.status, rows(odd.html).length], [422, 0]);
    assert.match(odd.text, /“soon” is no time that can be filtered by\. Write how long ago/);
    assert.match((await console.get("/audit?until=soon", { language: "zh" })).text, /无法识别时间“soon”/);
    const meant = await console.post("/dead-letters/plan", { repair: "discard", until: "soon" });
    assert.equal(meant.status, 422);
  });

  it("ends a time as it begins one", async () => {
    const count = async (query: string) => rows((await console.get(`/deliveries?${query}`)).html).length;
    assert.deepEqual([await count("since=1h&until=2099-01-01"), await count("since=1h&until=59m")], [50, 0]);
    const { html } = await console.get("/deliveries?since=7d&until=24h");
    assert.match(html, /name="until" value="24h"/);
  });

  it("is in Chinese for whoever reads that", async () => {
    const { text } = await console.get("/deliveries?connector=crm&reason=hubspot_no_contact", { language: "zh" });
    assert.match(text, /投递/);
    assert.match(text, /没有联系人的“chat_user_id”是这个值/);
    assert.match(text, /等待中/);
  });
});

describe("the filters of a link", () => {
  it("are those that anybody knows", () => {
    const query = new URLSearchParams("state=dead&state=odd&state=waiting&since=1h&reason= x &user= u&connector=");
    const utc = { now: 3_600_001, zone: "UTC" };
    assert.deepEqual(filterIn(query, utc), { states: ["waiting", "dead"], since: 1, reason: "x", user: " u" });
    assert.deepEqual(filterIn(new URLSearchParams("since=2026-01-31T00:00Z"), utc), { since: Date.UTC(2026, 0, 31) });
    assert.deepEqual(filterIn(new URLSearchParams("until=1h&since="), utc), { until: 1 });
  });

  it("mean times as the command line does, by the reader's clock where they say no other, and nothing else", () => {
    const in_ = (zone: string, text: string) => filterIn(new URLSearchParams({ until: text }), { now: 0, zone }).until;
    assert.equal(in_("UTC", "2026-01-31"), Date.UTC(2026, 0, 31));
    assert.equal(in_("Asia/Shanghai", "2026-01-31"), Date.UTC(2026, 0, 30, 16));
    assert.equal(in_("Asia/Shanghai", "2026-01-31 08:30"), Date.UTC(2026, 0, 31, 0, 30));
    assert.equal(in_("Asia/Shanghai", "2026-01-31T08:30Z"), Date.UTC(2026, 0, 31, 8, 30));
    // on the day on which the clocks of Berlin are set
    assert.equal(in_("Europe/Berlin", "2026-03-29 01:30"), Date.UTC(2026, 2, 29, 0, 30));
    assert.equal(in_("Europe/Berlin", "2026-03-29 03:30"), Date.UTC(2026, 2, 29, 1, 30));
    for (const text of ["toString", "soon", "2026", "31.01.2026"]) assert.throws(() => in_("UTC", text), PageRefusal);
  });
});
