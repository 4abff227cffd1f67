/** Which events a connector wants, and in words why not. Pure. */

import { type SentenceValue, together } from "../basics/sentences.ts";
import { matchesWildcard } from "../basics/wildcard.ts";
import { type Event, type Reason, type Said, sentence } from "../connector.ts";
import type { ConnectorConfig } from "./checked-config.ts";
import type { SelectionSettings } from "./schema.ts";

/** `note`: a condition that could not be applied, for the ledger. */
export type SelectionChoice =
  | { readonly send: true; readonly note?: Said }
  | { readonly send: false; readonly reason: Reason };

/**
 * `events`, then `only`, then `except`. The reason names the setting and the event's value. A condition on what Chat did not
 * say skips nothing: an unsubscription that is wrongly left out is lost, one that is wrongly sent is not.
 */
export function wants(event: Event, { common }: Pick<ConnectorConfig, "common">): SelectionChoice {
  if (!common.events.includes(event.kind)) return skip(sentence("events_lack", { kind: event.kind }));
  if (common.only === undefined && common.except === undefined) return SEND;
  const only = common.only ? conditionsOf(common.only, event) : [];
  const lacking = only.find(({ holds }) => holds === false);
  if (lacking !== undefined) return skip(sentence("only_lacks", settingAndValue(lacking)));
  const except = common.except ? conditionsOf(common.except, event) : [];
  if (except.length > 0 && except.every(({ holds }) => holds === true)) {
    return skip(
      except
        .map((each) => sentence("except_names", settingAndValue(each)))
        .reduce((one, other) => sentence("both", { one, other })),
    );
  }
  // whether an exception holds does not matter where another of its conditions does not
  const open = except.some(({ holds }) => holds === false) ? [] : except.filter(isOpen);
  const unknown = [
    ...only.filter(isOpen).map(({ name }) => ["only", name] as const),
    ...open.map(({ name }) => ["except", name] as const),
  ];
  return unknown.length === 0 ? SEND : { send: true, note: noteOf(unknown) };
}

const SEND: SelectionChoice = { send: true };

function skip(reason: Reason): SelectionChoice {
  return { send: false, reason };
}

type Name = keyof SelectionSettings;

interface Condition {
  readonly name: Name;
  /** The event's. */
  readonly value: string | boolean;
  readonly holds: boolean | "unknown";
}

const settingAndValue = ({ name, value }: Condition) => ({ setting: name, value: JSON.stringify(value) });

const isOpen = ({ holds }: Condition): boolean => holds === "unknown";

function noteOf(unknown: readonly (readonly [setting: string, name: Name])[]): Said {
  const settings = unknown.map(([setting, name]): SentenceValue => `\`${setting}.${name}\``);
  const untold = new Set(unknown.map(([, name]) => (name === "platform" ? "untold_platform" : "untold_actor")));
  const missing = [...untold].map((code): SentenceValue => sentence(code));
  return sentence("condition_unknown", { settings: joined(settings), missing: joined(missing) });
}

const joined = (all: readonly SentenceValue[]): SentenceValue =>
  together(all, (two) => sentence("as_well_as", two)) ?? "";

type Looked = readonly [name: Name, value: string | boolean, isKnown: boolean, holds: boolean | undefined];

/** The given conditions: all must hold, each by any of its values. */
function conditionsOf(selection: SelectionSettings, event: Event): Condition[] {
  const { officialAccount, platform, operator, byAdmin, app } = event;
  const who = operator !== "";
  const looked: readonly Looked[] = [
    [
      "official_account",
      officialAccount,
      true,
      selection.official_account?.some((one) => matchesWildcard(one, officialAccount)),
    ],
    // Chat writes iOS and IOS
    [
      ...(["platform", platform, platform !== ""] as const),
      selection.platform?.some((one) => matchesWildcard(one.toLowerCase(), platform.toLowerCase())),
    ],
    ["operator", operator, who, selection.operator?.some((one) => matchesWildcard(one, operator))],
    ["by_admin", byAdmin, who, selection.by_admin === undefined ? undefined : selection.by_admin === byAdmin],
    ["app", app, true, selection.app?.some((one) => String(one) === app)],
  ];
  return looked.flatMap(([name, value, isKnown, holds]) =>
    holds === undefined ? [] : [{ name, value, holds: isKnown ? holds : "unknown" }],
  );
}
