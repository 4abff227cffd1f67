/** What must hold between the ways to people, and who is to be told by them. Pure. */
import { isLoopback } from "../../basics/loopback.ts";
import { nearest } from "../../connector-tools.ts";
import { CONNECTOR_NAME, CONNECTOR_NAME_WORDS, type Settings } from "../schema.ts";
import type { Path } from "../yaml/tree.ts";
import { judgeNotice } from "./notice.ts";
import type { RuleFault } from "./rule-fault.ts";

export function judgeAlerts({ alerts, notices }: Settings): RuleFault[] {
  const names = Object.keys(notices);
  return [
    ...names.flatMap(judgeNoticeName),
    ...Object.entries(notices).flatMap(([name, notice]) => judgeNotice(name, notice)),
    ...names.flatMap((name) => judgeAddress(notices[name]?.url, ["notices", name, "url"])),
    ...judgeAddress(alerts?.heartbeat, ["alerts", "heartbeat"]),
    ...(alerts?.to ?? []).flatMap((name, index) => judgeRecipient(name, index, names)),
    ...(alerts === undefined ? judgeIdleNotices(names) : []),
  ];
}

/** Whoever made a bot expects to hear from it. */
function judgeIdleNotices(names: readonly string[]): RuleFault[] {
  if (names.length === 0) return [];
  const todo = `add \`alerts: { to: [${names.join(", ")}] }\``;
  const what = "nobody is told by these: `alerts` is missing";
  return [{ path: ["notices"], what, todo, severity: "warning", reads: [["notices"], ["alerts"]] }];
}

function judgeRecipient(name: string, index: number, names: readonly string[]): RuleFault[] {
  if (names.includes(name)) return [];
  const path: Path = ["alerts", "to", index];
  const reads: Path[] = [path, ["notices"]];
  const meant = nearest(name, names);
  const what = `\`notices\` has no "${name}"`;
  if (meant !== undefined) return [{ path, what, todo: `did you mean "${meant}"?`, reads }];
  const todo =
    names.length > 0
      ? `those that there are: ${names.join(", ")}`
      : `add \`notices: { ${name}: { type: webhook, url: "\${OPS_WEBHOOK_URL}" } }\``;
  return [{ path, what, todo, reads }];
}

/** They stand in metrics, in the log and on command lines. */
function judgeNoticeName(name: string): RuleFault[] {
  if (CONNECTOR_NAME.test(name)) return [];
  return [{ path: ["notices", name], what: "this cannot be a name", todo: CONNECTOR_NAME_WORDS }];
}

/** Shows nothing of it: it is a credential. */
function judgeAddress(url: string | undefined, path: Path): RuleFault[] {
  if (url === undefined) return [];
  if (!URL.canParse(url)) {
    return [{ path, what: "this is not a web address", todo: "copy the whole one, beginning with https://" }];
  }
  const { protocol, hostname } = new URL(url);
  if (protocol !== "http:" || isLoopback(hostname)) return [];
  const todo = "use https:// unless the server is on a network that nobody else can read";
  return [{ path, what: "what is told would travel unencrypted", todo, severity: "warning" }];
}
