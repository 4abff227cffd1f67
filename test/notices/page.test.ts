/** src/notices/README.md shows messages as the chats show them, and names the settings and limits that there are. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { digestNotice } from "../../src/alarms/digest.ts";
import { openChannels } from "../../src/notices/channels.ts";
import { DINGTALK } from "../../src/notices/dingtalk.ts";
import type { Notice } from "../../src/notices/notice.ts";
import { type BotKind, startBot } from "../../src/notices/sandbox/bots.ts";
import { WECOM } from "../../src/notices/wecom.ts";

const PAGE = readFileSync(join(import.meta.dirname, "../../src/notices/README.md"), "utf8");
const [english = "", chinese = "", withKeyword = ""] = [...PAGE.matchAll(/^```text\n([\s\S]*?)\n```$/gm)].map(
  ([, block]) => block,
);

const SINCE = Date.parse("2026-11-26T10:01:00Z");
const HOUR = 3_600_000;
const DEADLINE = 24 * HOUR;
/** From the warning to the end, each with its age. */
const COURSE = [
  ["warning", 13 * HOUR + 300_000],
  ["urgent", 0.9 * DEADLINE],
  ["overdue", DEADLINE],
  ["over", 25 * HOUR],
] as const;

function noticeOf([kind, ageMs]: (typeof COURSE)[number], language: "en" | "zh"): Notice {
  const hold = { tag: "credentials", status: 401 } as const;
  const detail = { of: "undelivered_after", people: 312, isMore: false, hold } as const;
  const now = SINCE + ageMs;
  const about = { name: "undelivered_after", subject: "crm", since: SINCE, deadlineMs: DEADLINE, until: now } as const;
  return digestNotice([{ kind, ...about, detail }], { id: kind, language, bridge: "shop-eu", now });
}

const courseIn = (language: "en" | "zh"): readonly Notice[] => COURSE.map((step) => noticeOf(step, language));

/** As whoever opens the chat reads them. */
async function shownBy(kind: BotKind, notices: readonly Notice[], keyword?: string): Promise<string> {
  let now = SINCE;
  const sandbox = await startBot(kind, { clock: () => now, ...(keyword !== undefined && { keyword }) });
  const settings = { type: kind, url: sandbox.address, ...(keyword !== undefined && { keyword }) };
  const channel = openChannels({ ops: settings }, { userAgent: "unsub-bridge/test", clock: () => now }).get("ops");
  try {
    for (const notice of notices) {
      now += HOUR;
      assert.deepEqual(await channel?.send(notice, new AbortController().signal), { tag: "told" });
    }
    return sandbox.messages.map(({ text }) => text).join("\n\n");
  } finally {
    await sandbox.close();
  }
}

describe("the page about the ways to people", () => {
  for (const kind of ["slack", "feishu", "dingtalk", "wecom"] as const) {
    it(`shows an alarm from its warning to its end as ${kind} does, in English and in Chinese`, async () => {
      assert.equal(await shownBy(kind, courseIn("en")), english);
      assert.equal(await shownBy(kind, courseIn("zh")), chinese);
    });

    it(`shows the keyword behind a message as ${kind} does`, async () => {
      assert.equal(await shownBy(kind, courseIn("zh").slice(-1), "unsub-bridge-ops"), withKeyword);
    });
  }

  it("names how much is sent at most", () => {
    for (const { paces } of [DINGTALK, WECOM]) assert.deepEqual(paces, [{ messages: 15, perMs: 60_000 }]);
    assert.equal(PAGE.match(/\| 15 a minute +\|/g)?.length, 2);
  });
});
