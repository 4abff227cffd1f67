/** What must hold among connectors, and within what all of them say. Pure. */
import type { ConnectorConfig } from "../checked-config.ts";
import type { SelectionSettings } from "../schema.ts";
import { parseStart } from "../settings/formats.ts";
import type { Path } from "../yaml/tree.ts";
import type { RuleFault } from "./rule-fault.ts";

/** What every connector says, sound or not. */
export type NamedConnector = Pick<ConnectorConfig, "name" | "common">;

/** @param now milliseconds since 1970 */
export function judgeConnectors(
  connectors: readonly NamedConnector[],
  apps: readonly number[],
  now: number,
): RuleFault[] {
  return connectors.flatMap((connector) => [
    ...judgeFormerName(connector, connectors),
    ...judgeStart(connector, now),
    ...judgeRetry(connector),
    ...judgeSelection(connector, "only", apps),
    ...judgeSelection(connector, "except", apps),
  ]);
}

function judgeFormerName({ name, common: { was } }: NamedConnector, all: readonly NamedConnector[]): RuleFault[] {
  const path: Path = ["connectors", name, "was"];
  if (was === undefined) return [];
  if (was === name) return [{ path, what: "this is the connector's present name", todo: "remove `was`" }];
  const faults: RuleFault[] = [];
  if (all.some((other) => other.name === was)) {
    const todo = `remove the connector "${was}", or this line`;
    faults.push({ path, what: `"${was}" is still configured: its queue is its own`, todo });
  }
  const rival = all.find((other) => other.common.was === was);
  if (rival === undefined || rival.name === name) return faults;
  const what = `"${rival.name}" already takes over the queue of "${was}"`;
  return [...faults, { path, what, todo: "one of the two can have it" }];
}

/** It chooses among events, and does not wait: those before it are left out for ever. */
function judgeStart({ name, common: { start } }: NamedConnector, now: number): RuleFault[] {
  const since = parseStart(start);
  if (typeof since !== "number" || since <= now) return [];
  const what = `this time is yet to come, and what is received before ${start} is never sent to this connector`;
  const todo = "write now for all that comes from today on";
  return [{ path: ["connectors", name, "start"], what, todo, severity: "warning" }];
}

function judgeRetry({ name, common: { retry } }: NamedConnector): RuleFault[] {
  if (retry.first_delay <= retry.max_delay) return [];
  const at: Path = ["connectors", name, "retry"];
  const path = [...at, "first_delay"];
  const what = "the first wait is longer than the longest one (`max_delay`)";
  return [{ path, what, todo: "lower it, or raise `max_delay`", reads: [path, [...at, "max_delay"]] }];
}

function judgeSelection(
  { name, common }: NamedConnector,
  which: "only" | "except",
  apps: readonly number[],
): RuleFault[] {
  return [...judgePatterns(common[which], ["connectors", name, which]), ...judgeNumbers({ name, common }, which, apps)];
}

const PATTERNS = ["official_account", "platform", "operator"] as const;

/** `"a, b"` is one name, and matches nobody. */
function judgePatterns(selection: SelectionSettings | undefined, path: Path): RuleFault[] {
  return PATTERNS.flatMap((setting) =>
    (selection?.[setting] ?? []).flatMap((pattern, index): RuleFault[] => {
      if (!/[,;]\s*\S/.test(pattern)) return [];
      const what = "this is one text with a comma in it, and not several";
      return [{ path: [...path, setting, index], what, todo: 'write ["one", "other"]', severity: "warning" }];
    }),
  );
}

function judgeNumbers(
  { name, common }: NamedConnector,
  which: "only" | "except",
  apps: readonly number[],
): RuleFault[] {
  const numbers: Path[] = ["*", ...apps.keys()].map((index) => ["chat", "apps", index, "sdk_app_id"]);
  return (common[which]?.app ?? []).flatMap((app, index): RuleFault[] => {
    if (apps.includes(app)) return [];
    const path: Path = ["connectors", name, which, "app", index];
    const todo = `the apps of this file are ${apps.join(", ")}`;
    const what = `${app} is none of the apps under \`chat.apps\``;
    return [{ path, what, todo, severity: "warning", reads: [path, ...numbers] }];
  });
}
