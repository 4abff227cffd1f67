/** What `check --live` can know about Segment, which is little: it answers 200 to nearly everything. */
import { type ConnectorTools, errorWords, type Finding, type HttpAnswer } from "../../src/connector.ts";
import { basicAuthorization, isPage, isRefusal, isSuccess, reasonFor } from "../../src/connector-tools.ts";
import { meaningOf } from "./answer.ts";
import type { SegmentSettings, Target } from "./settings.ts";

/** Sends a batch without events, authenticated: it asks everything that a real one asks and leaves nothing behind. */
export async function checkSegment(
  settings: SegmentSettings,
  target: Target,
  tools: ConnectorTools,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  let answer: HttpAnswer;
  try {
    answer = await tools.fetch(target.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: basicAuthorization(settings.write_key, ""),
      },
      body: JSON.stringify({ batch: [], writeKey: settings.write_key }),
      signal,
    });
  } catch (error) {
    const words = errorWords(error);
    return [
      { ok: false, what: `${target.origin} cannot be reached: ${words}`, todo: todoFor(target), setting: "host" },
    ];
  }
  const findings = [understood(answer, target)];
  return target.isSegment && answer.status < 300 ? [...findings, unproven(settings)] : findings;
}

function understood(answer: HttpAnswer, target: Target): Finding {
  const { status } = answer;
  if (isRefusal(status) && isPage(answer.text)) {
    const { words, message } = reasonFor(answer, meaningOf(answer));
    const what = `${target.origin} answers ${words} (${message ?? "an empty page"})`;
    return { ok: false, what, todo: "let this machine through, or look at `host`; then check again", setting: "host" };
  }
  if (isRefusal(status)) {
    const todo = "copy the write key of the source again: Connections → Sources → your source → Settings → API Keys";
    return { ok: false, what: `${target.origin} refuses the write key (HTTP ${status})`, todo, setting: "write_key" };
  }
  // 400: an empty batch is refused by some servers, after they have looked at the write key
  if (isSuccess(status) || status === 400) {
    return { ok: true, what: `${target.url} answers a batch without events (HTTP ${status})` };
  }
  return { ok: false, what: `${target.url} answers HTTP ${status}`, todo: todoFor(target), setting: "host" };
}

function unproven(settings: SegmentSettings): Finding {
  const region = settings.region ?? "us";
  return {
    ok: "warning",
    what: `Segment's answer proves neither the write key nor that the workspace lives in region ${region}: a wrong one is answered 200 as well, and every event is dropped without a word`,
    todo: "compare `region` with Settings → Workspace Settings → General in Segment; then `send --user` one event, and look for it within a minute in Connections → Sources → your source → Debugger: is it not there, the region or the key is wrong",
    setting: "region",
  };
}

function todoFor(target: Target): string {
  return target.isSegment
    ? "look at the network, the proxy and https://status.segment.com"
    : "compare `host` with what the server's own settings page says";
}
