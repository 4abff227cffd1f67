/** src/notices/README.md shows messages as the chats show them, and names the settings and limits that there are. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { digestOf } from "../../src/alarms/digest.ts";
import { openChannels } from "../../src/notices/channels.ts";
import { DINGTALK } from "../../src/notices/dingtalk.ts";
import type { Notice } from "../../src/notices/notice.ts";
import { type BotKind, startBot } from "../../src/notices/sandbox/bots.ts";
import { WECOM } from "../../src/notices/wecom.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../src/notices/README.md"), "utf8");
const [plain = "", rich = ""] = [...PAGE.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(([, block]) => block);

const NOW = Date.parse("2026-11-26T23:06:00Z");
const HOUR = 3_600_000;

function warning(language: "en" | "zh"): Notice {
  const hold = { tag: "credentials", status: 401 } as const;
  const detail = { of: "undelivered_after", people: 312, isMore: false, hold } as const;
  const about = { name: "undelivered_after", subject: "crm", since: NOW - 13 * HOUR - 300_000 } as const;
  const word = { kind: "warning", ...about, deadlineMs: 24 * HOUR, detail } as const;
  return digestOf([word], { id: "1", language, bridge: "shop-eu", now: NOW });
}

async function shownBy(kind: BotKind, notice: Notice, keyword?: string): Promise<string | undefined> {
  const sandbox = await startBot(kind, keyword === undefined ? {} : { keyword });
  const options = { userAgent: "unsub-bridge/test", clock: Date.now };
  const settings = { type: kind, url: sandbox.address, ...(keyword !== undefined && { keyword }) };
  const told = await openChannels({ ops: settings }, options).get("ops")?.send(notice, new AbortController().signal);
  await sandbox.close();
  assert.deepEqual(told, { tag: "told" });
  return sandbox.messages[0]?.text;
}

describe("the page about the ways to people", () => {
  for (const kind of ["slack", "dingtalk", "wecom"] as const) {
    it(`shows a warning as ${kind} does`, async () => assert.equal(await shownBy(kind, warning("en")), plain));
  }

  it("shows it as Feishu does, in Chinese and with the keyword behind it", async () => {
    assert.equal(await shownBy("feishu", warning("zh"), "unsub-bridge-ops"), rich);
  });

  it("names how much is sent at most", () => {
    for (const { paces } of [DINGTALK, WECOM]) assert.deepEqual(paces, [{ messages: 15, perMs: 60_000 }]);
    assert.equal(PAGE.match(/\| 15 a minute +\|/g)?.length, 2);
  });
});
