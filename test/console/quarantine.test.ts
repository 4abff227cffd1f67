/** The quarantine as somebody without a terminal puts it right: what is wrong is marked, and what would happen is said first. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { entryOf } from "../storage/suite-support.ts";
import { type ConsoleWorld, openConsole, VIEWER } from "./support.ts";

const GOOD = JSON.stringify({
  CallbackCommand: "OfficialAccount.CallbackAfterDeleteSubscriber",
  Official_Account: "@TOA#_news",
  Operator_Account: "administrator",
  SubscribeAccountList: [{ Subscriber_Account: "jared" }],
  EventTime: 1_700_000_000_000,
});
const BROKEN = GOOD.replace('"EventTime":', '"EventTime":<img src=x onerror=alert(1)>');

const ABSENT = new TextEncoder().encode(GOOD.replace(/,"EventTime":\d+/, ""));

describe("the page of the quarantine", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole({
      async seed(storage) {
        const body = new TextEncoder().encode(BROKEN);
        const receivedAt = Date.now();
        const stale = { requestTime: receivedAt - 3_600_000, behindMs: 0 };
        const fault = "body: <script>alert(1)</script>";
        await storage.accept({
          callbacks: [],
          quarantine: [
            entryOf("broken", { body, size: body.length, receivedAt, stale, fault }),
            entryOf("absent", { body: ABSENT, size: ABSENT.length, receivedAt, fault: "EventTime: expected …" }),
          ],
        });
      },
    });
  });
  after(() => console.close());

  /** By which a form names the body that it was shown with. */
  async function seenOf(id: string): Promise<string> {
    const { html } = await console.get(`/quarantine/${id}`);
    return /name="seen" value="([^"]+)"/.exec(html)?.[1] ?? "";
  }

  it("lists what is there and how far its time was off, and shows hostile bodies as text with the fault marked", async () => {
    assert.match((await console.get("/quarantine")).text, /its time was 1 hr? behind our clock/);
    const { html, text } = await console.get("/quarantine/broken");
    assert.match(html, /<mark>/);
    assert.match(text, /The fault is at line 1, column \d+/);
    assert.doesNotMatch(html, /<img|<script>alert/);
    assert.match((await console.get("/quarantine/broken", { language: "zh" })).text, /错误位于第 1 行/);
    assert.equal((await console.get("/quarantine/none")).status, 404);
  });

  it("names a field that is absent, and no place where it would stand", async () => {
    const { text, html } = await console.get("/quarantine/absent");
    assert.match(text, /The field EventTime is absent: it belongs into what is marked/);
    assert.doesNotMatch(text, /The fault is at line/);
    assert.match(html, /<mark>\{<\/mark>/);
    assert.match((await console.get("/quarantine/absent", { language: "zh" })).text, /缺少字段 EventTime/);
  });

  it("says that nothing happens by itself, and what a replay does", async () => {
    assert.match((await console.get("/quarantine")).text, /nothing happens to them by itself/);
    assert.match(
      (await console.get("/quarantine/absent")).text,
      /A replay takes its users in .* it leaves the quarantine/,
    );
  });

  it("lets viewers see, and do nothing", async () => {
    const { html, status } = await console.get("/quarantine/broken", { as: VIEWER });
    assert.equal(status, 200);
    assert.doesNotMatch(html, /action="[^"]*quarantine/);
    for (const path of ["/quarantine/replay", "/quarantine/broken/edit"])
      assert.equal((await console.post(path, { id: "broken" }, { as: VIEWER })).status, 403);
  });

  it("says what would be read before a body is edited or taken in, and then does just that", async () => {
    const stays = await console.post("/quarantine/replay", { id: "broken" });
    assert.match(stays.text, /It is not understood, and stays/);
    assert.doesNotMatch(stays.html, /name="do"/);
    const seen = await seenOf("broken");
    const faulty = await console.post("/quarantine/broken/edit", { seen, body: BROKEN.slice(0, 20), do: "save" });
    assert.equal(faulty.status, 422);
    const look = await console.post("/quarantine/broken/edit", { seen, body: GOOD });
    assert.match(look.text, /This is understood: 1 of its users/);
    assert.equal(
      (await console.post("/quarantine/broken/edit", { seen: "other", body: GOOD, do: "save" })).status,
      422,
    );
    assert.equal((await console.post("/quarantine/broken/edit", { seen, body: GOOD, do: "save" })).status, 303);
    assert.match((await console.get("/quarantine/broken")).text, /Edited by olga/);
    const plan = await console.post("/quarantine/replay", { id: "broken" });
    assert.match(plan.text, /It is understood: 1 of its users are taken in/);
    const taken = await console.post("/quarantine/replay", { id: "broken", do: "replay" });
    assert.match(taken.text, /taken in, users: 1/);
    assert.doesNotMatch((await console.get("/quarantine")).html, /entry-broken/);
    await console.post("/quarantine/absent/edit", { seen: await seenOf("absent"), body: GOOD, do: "save" });
    await console.post("/quarantine/replay", { id: "absent", do: "replay" });
    assert.match((await console.get("/quarantine")).text, /The quarantine is empty/);
  });
});
