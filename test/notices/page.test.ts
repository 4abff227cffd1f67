/** src/notices/README.md shows messages as the chats show them, and names the settings and limits that there are. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { openChannels } from "../../src/notices/channels.ts";
import { DINGTALK } from "../../src/notices/dingtalk.ts";
import { type BotKind, startBot } from "../../src/notices/sandbox/bots.ts";
import { WECOM } from "../../src/notices/wecom.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../src/notices/README.md"), "utf8");
const [plain = "", rich = ""] = [...PAGE.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(([, block]) => block);

/** What a chat shows of the message that a block of the page has been made of. */
async function shownBy(kind: BotKind, block: string, keyword?: string): Promise<string | undefined> {
  const [first = "", ...lines] = block.split("\n");
  const [, bridge = "", title = ""] = /^\[(.*?)\] (.*)$/.exec(first) ?? [];
  const sandbox = await startBot(kind, keyword === undefined ? {} : { keyword });
  const options = { userAgent: "unsub-bridge/test", clock: Date.now };
  const settings = { type: kind, url: sandbox.address, ...(keyword !== undefined && { keyword }) };
  const channel = openChannels({ ops: settings }, options).get("ops");
  const said = lines.filter((line) => line !== keyword);
  const notice = { id: "1", kind: "warning", title, lines: said, at: 0, bridge } as const;
  const told = await channel?.send(notice, new AbortController().signal);
  await sandbox.close();
  assert.deepEqual(told, { tag: "told" });
  return sandbox.messages[0]?.text;
}

describe("the page about the ways to people", () => {
  for (const kind of ["slack", "dingtalk", "wecom"] as const) {
    it(`shows a message as ${kind} does`, async () => assert.equal(await shownBy(kind, plain), plain));
  }

  it("shows a message as Feishu does, with the keyword behind it", async () => {
    assert.equal(await shownBy("feishu", rich, "退订"), rich);
  });

  it("names how much is sent at most", () => {
    for (const { paces } of [DINGTALK, WECOM]) assert.deepEqual(paces, [{ messages: 15, perMs: 60_000 }]);
    assert.equal(PAGE.match(/\| 15 a minute +\|/g)?.length, 2);
  });
});
