/** Which events a connector wants, and in words why not. Pure. */
import type { ConnectorConfig } from "../config/config.ts";
import type { SelectionSettings } from "../config/schema.ts";
import type { Event } from "../connector.ts";

export type Choice = { readonly send: true } | { readonly send: false; readonly reason: string };

/** `events`, then `only`, then `except`. The reason names the setting and the event's value. */
export function wants(event: Event, { common }: Pick<ConnectorConfig, "common">): Choice {
  if (!common.events.includes(event.kind)) return skip(`\`events\` does not name "${event.kind}"`);
  const lacking = common.only && conditionsOf(common.only, event).find(({ holds }) => !holds);
  if (lacking !== undefined) return skip(`\`only.${lacking.name}\` does not name ${JSON.stringify(lacking.value)}`);
  const conditions = common.except ? conditionsOf(common.except, event) : [];
  const isExcepted = conditions.length > 0 && conditions.every(({ holds }) => holds);
  if (!isExcepted) return { send: true };
  return skip(conditions.map(({ name, value }) => `\`except.${name}\` names ${JSON.stringify(value)}`).join(" and "));
}

function skip(reason: string): Choice {
  return { send: false, reason };
}

interface Condition {
  readonly name: keyof SelectionSettings;
  /** The event's. */
  readonly value: string | boolean;
  readonly holds: boolean;
}

/** The given conditions: all must hold, each by any of its values. */
function conditionsOf(selection: SelectionSettings, event: Event): Condition[] {
  const { official_account, platform, operator, by_admin, app } = selection;
  const conditions: Condition[] = [];
  const add = (name: keyof SelectionSettings, value: string | boolean, holds: boolean | undefined) => {
    if (holds !== undefined) conditions.push({ name, value, holds });
  };
  add(
    "official_account",
    event.officialAccount,
    official_account?.some((pattern) => matches(pattern, event.officialAccount)),
  );
  // Chat writes iOS and IOS
  add(
    "platform",
    event.platform,
    platform?.some((name) => matches(name.toLowerCase(), event.platform.toLowerCase())),
  );
  add(
    "operator",
    event.operator,
    operator?.some((pattern) => matches(pattern, event.operator)),
  );
  add("by_admin", event.byAdmin, by_admin === undefined ? undefined : by_admin === event.byAdmin);
  add(
    "app",
    event.app,
    app?.some((id) => String(id) === event.app),
  );
  return conditions;
}

/** Exact, or with `*` for any run of characters. Linear in the text: patterns with many stars cannot hang it. */
export function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return pattern === text;
  if (!text.startsWith(first) || text.length < first.length + last.length || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
