/** "Was jared honoured?", asked in a browser. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { csvOf } from "../../src/basics/csv.ts";
import { idsIn } from "../../src/console/pages/person/ids.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { type ConsoleWorld, OPERATOR, openConsole, type Seen, VIEWER } from "./support.ts";

/** Nobody would call themselves so; somebody will. */
const HOSTILE = [
  `<img src=x onerror="alert(1)">`,
  "../../logout",
  "..",
  "a/b?c=d&e#f%20g",
  "=HYPERLINK(1)",
  "\u202Eلاعب-سرّي",
  "陈小明🦊",
  "x".repeat(250),
  `quo"te,comma;semi`,
] as const;
const HTML_ANSWER = `<html><body><script>alert(1)</script>${"<b>sorry</b>".repeat(30)}</body></html>`;

const about = (user: string) => `/people?${new URLSearchParams({ user })}`;

describe("the page of a person", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole({ contacts: ["jared", "refused", "back", ...HOSTILE] });
    const { webhook, bridge } = console;
    webhook.fail(
      { status: 422, body: HTML_ANSWER },
      { times: Number.POSITIVE_INFINITY, when: ({ body }) => body.includes('"refused"') },
    );
    await postCallback(bridge.url, { users: ["refused"] });
    await settled("refused", /partner waiting|partner dead letter/);
    for (const user of ["jared", ...HOSTILE, "unknown-there"]) await postCallback(bridge.url, { users: [user] });
    await postCallback(bridge.url, { users: ["back"], eventTime: Date.now() - 60_000 });
    await postCallback(bridge.url, { users: ["back"], subscribed: true });
    await postCallback(bridge.url, { users: ["only-here"], subscribed: true });
    await settled("refused", /Could not be delivered to partner/);
    await settled("only-here", /only subscribed/);
    await eventually(async () => {
      const { text } = await console.post("/people", { ids: ["jared", ...HOSTILE].join("\n") }, { as: VIEWER });
      return text.split("Honoured everywhere").length - 1 === 1 + HOSTILE.length;
    });
    await settled("unknown-there", /Still owed by crm, because/);
  });
  after(() => console.close());

  function settled(user: string, verdict: RegExp, as?: string): Promise<Seen> {
    return eventually(async () => {
      const page = await console.get(about(user), as === undefined ? {} : { as });
      return verdict.test(page.text) && page;
    });
  }

  it("says in a sentence whether somebody was honoured, and tells the story behind it", async () => {
    const { text, html } = await console.get(about("jared"), { as: VIEWER });
    assert.match(text, /Honoured everywhere: .*partner/);
    assert.match(text, /analytics \(which has accepted it, and proves no more than that\)/);
    assert.match(text, /unsubscribed from @TOA#_news/);
    assert.match(text, /Received .* after it happened/);
    assert.match(text, /Acknowledged after \d+ ms, when it was safely stored/);
    assert.match(text, /crm delivered .*analytics accepted .*partner delivered/);
    assert.match(text, /HTTP 204/);
    assert.match(html, /title="[0-9a-f]{64}:partner"/);
    assert.doesNotMatch(html, / style=| on[a-z]+=|<style|<script>/);
  });

  it("says where it needs a person, and offers that to operators alone", async () => {
    const { text, html } = await console.get(about("refused"));
    assert.match(text, /Could not be delivered to partner – HTTP 422 \(“sorry.*”\): somebody must look\./);
    assert.match(html, /href="\/dead-letters\?user=refused&amp;connector=partner"/);
    assert.doesNotMatch(html, /<b>sorry|<script>alert/);
    const viewed = await console.get(about("refused"), { as: VIEWER });
    assert.doesNotMatch(viewed.html, /\/dead-letters\?user/);
  });

  it("says by whom it is still owed and why, and lets an operator try the connector now", async () => {
    const { text, html } = await console.get(about("unknown-there"));
    assert.match(text, /Still owed by crm, because .*no contact carries this value in "chat_user_id"/);
    assert.match(html, /hx-trigger="every 2s"/);
    assert.match(html, /action="\/people\/retry"/);
    assert.doesNotMatch((await console.get(about("unknown-there"), { as: VIEWER })).html, /people\/retry/);
    const fields = { connector: "crm", user: "unknown-there" };
    assert.equal((await console.post("/people/retry", fields, { as: VIEWER })).status, 403);
    const tried = await console.post("/people/retry", fields);
    assert.deepEqual([tried.status, tried.headers.get("location")], [303, about("unknown-there")]);
    // whoever looks sees what is asked and answered from then on
    const answered =
      /Requests and answers, while somebody looks.*POST http:\/\/127\.0\.0\.1:\d+\/crm\/.*unknown-there.*HTTP \d+ after/;
    const seen = await settled("unknown-there", answered, VIEWER);
    assert.doesNotMatch(seen.text, /pat-eu1-hubspot-token/);
  });

  it("tells who came back, who only subscribed, and of whom nothing is known", async () => {
    assert.match(
      (await console.get(about("back"))).text,
      /They came back \(.*\): what they had asked for before is superseded/,
    );
    assert.match((await console.get(about("only-here"))).text, /They have only subscribed/);
    assert.match((await console.get(about("nobody"))).text, /Nothing is known of “nobody”/);
  });

  it("finds people by the beginning of their id, and by a path that a chat may link to", async () => {
    const { html, text } = await console.get(about("ja"));
    assert.match(text, /Nobody has just this id/);
    assert.match(html, /href="\/people\?user=jared"/);
    const linked = await console.get("/people/jared");
    assert.deepEqual([linked.status, linked.headers.get("location")], [303, "/people?user=jared"]);
  });

  it("shows ids of any kind as text, whole for whoever copies them", async () => {
    for (const [index, user] of HOSTILE.entries()) {
      // nobody asks more often than an account may
      const as = index % 2 === 0 ? VIEWER : OPERATOR;
      const page = await console.get(about(user), { as });
      assert.match(page.text, /Honoured everywhere/, user);
      assert.doesNotMatch(page.html, /<img src=x/);
      if (user !== "..") {
        const linked = await console.get(`/people/${encodeURIComponent(user)}`, { as });
        assert.equal(linked.headers.get("location"), about(user));
      }
    }
  });

  it("takes forty ids at once, and says of each what became of it", async () => {
    const ids = ["jared", "refused", "unknown-there", "back", "nobody", ...HOSTILE];
    const { text, html } = await console.post("/people", { ids: ids.join("\r\n") }, { as: VIEWER });
    assert.match(text, new RegExp(`${ids.length} people`));
    assert.match(
      text,
      /jared .*Honoured.*refused .*Could not be delivered to partner.*unknown-there .*owed by crm.*back .*came back.*nobody .*Nothing is known/,
    );
    assert.doesNotMatch(html, /<img src=x/);
    const many = Array.from({ length: 43 }, (_, n) => `p${n}`).join("\n");
    assert.match(
      (await console.post("/people", { ids: many })).text,
      /Only the first 40 were looked for; 3 more are left out/,
    );
    assert.match((await console.post("/people", { ids: " \n " })).text, /No id was given/);
  });

  it("is in Chinese for whoever reads that, foreign words as they came", async () => {
    const language = "zh-CN";
    const { text } = await console.get(about("jared"), { language });
    assert.match(text, /退订已在所有地方生效/);
    assert.match(text, /analytics（已接收，但不会返回是否生效的证明）/);
    assert.match(text, /本人/);
    assert.match(
      (await console.get(about("refused"), { language })).text,
      /无法送达 partner（HTTP 422：“sorry.*”），需要人工处理/,
    );
    const owed = (await console.get(about("unknown-there"), { language })).text;
    assert.match(owed, /尚未送达 crm（.*没有联系人的“chat_user_id”是这个值/);
    assert.doesNotMatch(owed, /no contact carries/);
    assert.match((await console.get(about("back"), { language })).text, /用户已重新订阅/);
  });

  it("is taken out for a spreadsheet, with nothing in it that one would run", async () => {
    const form = new URLSearchParams([["format", "csv"], ...["jared", ...HOSTILE].map((user) => ["user", user])]);
    const { html, headers } = await console.post("/people/export", form, { as: VIEWER });
    assert.match(headers.get("content-type") ?? "", /text\/csv; charset=utf-8/);
    assert.match(headers.get("content-disposition") ?? "", /^attachment; filename="unsub-bridge-people.csv"$/);
    assert.match(html, /^\uFEFF?user,verdict,event,/);
    assert.match(html, /\r\njared,honoured,[0-9a-f]{64},unsubscribed,1400000000,'@TOA#_news,\d{4}-/);
    assert.match(html, /\r\n'=HYPERLINK\(1\),honoured/);
    assert.match(html, /\r\n"quo""te,comma;semi",honoured/);
    assert.match(html, /:analytics,delivered,accepted,/);
    assert.doesNotMatch(html, /(^|,|\n)[=+@-]/);
  });

  it("is taken out for a program, with the whole story", async () => {
    const { html } = await console.post("/people/export", { format: "json", user: "refused" });
    const { people } = JSON.parse(html);
    assert.deepEqual([people.length, people[0].user, people[0].verdict], [1, "refused", "dead"]);
    const partner = people[0].events[0].deliveries.find((one: { connector: string }) => one.connector === "partner");
    assert.deepEqual([partner.state, partner.reason.status, partner.reason.code], ["dead", 422, "http"]);
  });

  it("is printed for whoever asks by law: zone, ids, and what was sent where", async () => {
    const headers = { cookie: "unsub_bridge_zone=Asia%2FShanghai" };
    const { text } = await console.post("/people/export", { format: "print", user: "jared" }, { headers });
    // the body as the settings in force render it, and that it is that
    assert.match(text, /as the settings in force render them now/);
    assert.match(text, /Request POST http\S+ .*"user_?[iI]d": ?"jared"/);
    assert.doesNotMatch(text, /pat-eu1-hubspot-token|whsec_/);
    assert.match(text, /All times are in the zone Asia\/Shanghai/);
    assert.match(text, /by olga/);
    assert.match(text, /\(\d{4}-\d\d-\d\dT[\d:.]+Z\) unsubscribed from @TOA#_news/);
    assert.match(text, /partner \(webhook\) .*delivered .*[0-9a-f]{64}:partner/);
    assert.match(text, /analytics \(segment\) .*accepted/);
  });

  it("is in the audit: one row a person, actor and hour, for searches and for exports", async () => {
    const expected = [
      ["search", "olga", "page"],
      ["search", "vera", "page"],
      ["export", "vera", "page"],
      ["export", "olga", "page"],
    ];
    // no page waits until it is written down who has looked
    const told = await eventually(async () => {
      const out = await console.command("audit", "list", "--user", "jared", "--json");
      const rows: readonly { actor: { name: string; front: string }; operation: string }[] = JSON.parse(out.out).audit;
      return (
        rows.length >= expected.length && rows.map(({ operation, actor: { name, front } }) => [operation, name, front])
      );
    });
    assert.deepEqual(told.toSorted(), expected.toSorted());
  });
});

describe("ids that were pasted", () => {
  it("are one a line or cell, each once, without the blanks around", () => {
    assert.deepEqual(idsIn("b\r\n a \n\nb\tc d"), { ids: ["b", "a", "c d"], left: 0 });
    assert.deepEqual(idsIn(Array.from({ length: 41 }, (_, n) => n).join("\n")).left, 1);
  });
});

describe("a table for spreadsheets", () => {
  it("is as RFC 4180 has it, with formulas disarmed", () => {
    const cells = ["=1", "+1", "-1", "@a", "\tx", "\ry", 'a"b', "c,d", "e\nf", "plain", null, 7, true];
    assert.equal(csvOf([cells]), `\uFEFF'=1,'+1,'-1,'@a,'\tx,"'\ry","a""b","c,d","e\nf",plain,,7,true\r\n`);
  });
});
