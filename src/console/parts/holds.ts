/** What keeps a delivery from being sent just now, in the reader's language. */
import { type Hold, holdText, wholeHoldText } from "../../operations/deliveries/hold.ts";
import type { PauseCause } from "../../storage/contract/connectors.ts";
import type { Language } from "../words/languages.ts";
import { durationText } from "../words/quantity.ts";
import { reasonWithin } from "./reason.tsx";

/** As it goes on after `waiting`. @param now milliseconds since 1970 */
export function holdIn(hold: Hold, now: number, language: Language): string {
  return language === "en" ? holdText(hold, now) : inChinese(hold, now);
}

/** What holds all of a connector's deliveries, as a clause; undefined where nothing does. */
export function wholeHoldIn(hold: Hold, now: number, language: Language): string | undefined {
  return language === "en" ? wholeHoldText(hold, now) : wholeInChinese(hold, now);
}

const CAUSES: Readonly<Record<PauseCause, string>> = {
  credentials: "目标系统拒绝了凭据",
  refusing: "目标系统什么都不接收",
  gone: "目标系统表示它已永久停用",
  person: "有人把它暂停了",
};

/** It is due, and was looked at in passing. Milliseconds. */
const IN_PASSING_MS = 5_000;

function inChinese(hold: Hold, now: number): string {
  const whole = wholeInChinese(hold, now);
  if (whole !== undefined) return `暂不发送：${whole}`;
  const { by, until } = hold;
  if (by === "earlier_event") return "暂不发送：同一个人较早的事件先发送";
  if (by === "under_way" && until !== null) {
    return `有一台机器正在发送；如果它已失效，将在 ${durationText(Math.max(0, until - now), "zh")}后由另一台接手`;
  }
  if (by === "retry") return until === null ? "等待下一次尝试" : nextIn(until, now);
  return until === null || now - until < IN_PASSING_MS
    ? "现在就会尝试"
    : `已到期 ${durationText(now - until, "zh")}，正按连接器的速率依次发送`;
}

function wholeInChinese({ by, cause, reason, until, isOwn }: Hold, now: number): string | undefined {
  const next = until === null ? "" : nextIn(until, now, isOwn);
  const said = reason === undefined ? "" : `（${reasonWithin(reason, "zh")}）`;
  switch (by) {
    case "not_configured":
      return "连接器已不在配置中";
    case "switched_off":
      return "连接器已停用（enabled: false）";
    case "paused":
      return `连接器已暂停${cause === undefined ? "" : `，因为${CAUSES[cause]}${mendedBy(cause)}`}；${next || untilWhen(cause)}`;
    case "no_bridge":
      return "没有 unsub-bridge 在运行";
    case "told_to_wait":
      return `目标系统要求稍后再发${said}${next && `，${next}`}`;
    case "backing_off":
      return `目标系统出现故障${said}${next && `，${next}`}`;
    case "under_way":
    case "earlier_event":
    case "retry":
    case "turn":
      return undefined;
  }
}

function nextIn(until: number, now: number, isOwn = false): string {
  if (until <= now) return "现在就会再次尝试";
  return `${isOwn ? "最早" : "将"}在 ${durationText(until - now, "zh")}后再次尝试`;
}

const mendedBy = (cause: PauseCause): string =>
  cause === "credentials" || cause === "refusing" ? "，需要人工修正" : "";

function untilWhen(cause: PauseCause | undefined): string {
  return cause === "person" || cause === "gone" ? "直到有人恢复它" : "unsub-bridge 运行后会再次尝试";
}
