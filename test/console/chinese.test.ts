/** Every page in Chinese: what is ours reads so; what is a name, an id, a command or somebody else's words is marked as such. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { PAGES } from "../../src/console/frame.tsx";
import { entryOf } from "../storage/suite-support.ts";
import { postCallback } from "../support/callbacks.ts";
import { eventually } from "../support/eventually.ts";
import { bury } from "./letters-support.ts";
import { type ConsoleWorld, inStore, openConsole } from "./support.ts";

describe("the pages in Chinese", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole({
      contacts: ["user-1"],
      more: "name: production\nalerts: { to: [ops] }\nnotices: { ops: { type: webhook, url: http://127.0.0.1:9/ } }",
      async seed(storage) {
        await bury(storage, { connector: "old", prefix: "old", count: 3, reason: () => ({ words: "外部的原因" }) });
        await storage.accept({ callbacks: [], quarantine: [entryOf("a")] });
      },
    });
    const { webhook, bridge } = console;
    webhook.fail({ status: 503, body: "" }, { times: Number.POSITIVE_INFINITY });
    await postCallback(bridge.url, { users: ["user-1", "unknown-there"] });
    await eventually(async () => /unknown-there/.test((await console.get("/deliveries?reason=chat_user_id")).text));
    await console.post("/connectors/analytics/pause", { why: "试一试" });
  });
  after(() => console.close());

  it("say nothing of ours in English", async () => {
    const made = await console.post("/dead-letters/plan", { repair: "replay", connector: "old" });
    const plan = made.headers.get("location") ?? "";
    await eventually(async () => /连接器已不在配置中/.test((await console.get(plan, { language: "zh" })).text));
    const [dead] = await inStore(console, (storage) => storage.deliveries({ states: ["dead"] }, { limit: 1 }));
    const [entry] = await inStore(console, (storage) => storage.quarantined({ limit: 1 }));
    const paths = [
      ...PAGES.map(([, path]) => path),
      ...["/people?user=user-1", "/people?user=unknown-there", "/people?user=nobody", plan, "/plans", "/plans/none"],
      ...[
        "/dead-letters/letters?connector=old",
        `/dead-letters/request?${new URLSearchParams({ id: dead?.id ?? "" })}`,
      ],
      ...[
        `/quarantine/${entry?.id}`,
        `/quarantine/${entry?.id}/edit`,
        "/connectors/crm/pause",
        "/connectors/none/pause",
      ],
      ...["/configuration?user=user-1", "/configuration?user=user-1&connector=none", "/nowhere", "/deliveries?since=x"],
      ...["/deliveries?connector=none", "/dead-letters?after=x", "/quarantine/none"],
    ];
    const english = new Map<string, string>();
    for (const path of paths) {
      const { html } = await console.get(path, { language: "zh" });
      for (const text of oursIn(html)) english.set(text, path);
    }
    assert.deepEqual(
      [...english].map(([text, path]) => `${path}: ${text}`),
      [],
    );
  });
});

/** Elements whose text is a name, an id, a time, code, or somebody else's. */
const FOREIGN = /<(script|style|head|code|pre|bdi|time|textarea|option|svg)\b[^>]*>.*?<\/\1>/gs;

/** What a page says in words and without a Chinese character. */
function oursIn(html: string): readonly string[] {
  return html
    .replace(/<title>.*?<\/title>/s, "")
    .replace(FOREIGN, " ")
    .split(/<[^>]*>/)
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => /[a-z]{2,} [a-z]{2,}/i.test(text) && !/\p{Script=Han}/u.test(text));
}
