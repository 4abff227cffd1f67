/**
 * What follows from Chat's `ErrorCode`: by the tables of its pages "Error Codes" and of the official-account calls. Pure.
 * A code that nobody knows means that nothing is known: it is asked again, loudly, and never read as "there is nobody".
 */

import type { Said } from "../basics/sentences.ts";
import { says, ways } from "./words.ts";

/** As whom, and where, it was asked: what words name. */
export interface Caller {
  readonly app: number;
  readonly admin: string;
  /** The region, or the host. */
  readonly where: string;
}

export type ChatMeaning =
  | { readonly tag: "no_account"; readonly words: string }
  | { readonly tag: "no_user"; readonly words: string }
  | { readonly tag: "later"; readonly words: string; readonly afterMs?: number; readonly isOdd?: true }
  | { readonly tag: "credentials" | "configuration" | "ours"; readonly words: string; readonly todo: string };

/** The signature's time is over: a new one may be tried once. */
export const EXPIRED = 70001;

export function meaningOf(code: number, caller: Caller): ChatMeaning {
  const row = TABLE.find(({ codes }) => codes.includes(code));
  return row === undefined ? unknown(code) : row.meaning(caller);
}

/** All that are known, for the test that asks for each. */
export const knownCodes = (): readonly number[] => TABLE.flatMap(({ codes }) => codes);

function unknown(code: number): ChatMeaning {
  return { tag: "later", words: says("unknown_code", { code }).words, isOdd: true };
}

interface Row {
  readonly codes: readonly number[];
  readonly meaning: (caller: Caller) => ChatMeaning;
}

const later = (said: Said, afterMs?: number) => (): ChatMeaning => ({
  tag: "later",
  words: said.words,
  ...(afterMs !== undefined && { afterMs }),
});
const credentials =
  (said: (caller: Caller) => Said, todo: Said) =>
  (caller: Caller): ChatMeaning => ({
    tag: "credentials",
    words: said(caller).words,
    todo: todo.words,
  });
const configuration =
  (said: (caller: Caller) => Said, todo: Said) =>
  (caller: Caller): ChatMeaning => ({
    tag: "configuration",
    words: said(caller).words,
    todo: todo.words,
  });
const ours = (said: Said) => (): ChatMeaning => ({
  tag: "ours",
  words: said.words,
  todo: ways("report_it").words,
});

const KEY = ways("compare_key");

const TABLE: readonly Row[] = [
  { codes: [60002, 60003], meaning: ours(says("not_parsed")) },
  { codes: [60009], meaning: ours(says("no_such_call")) },
  { codes: [60015], meaning: ours(says("id_of_wrong_type")) },
  { codes: [6017, 20001], meaning: ours(says("illegal_parameter")) },
  { codes: [130008], meaning: ours(says("answer_to_another")) },
  { codes: [60004, 60005], meaning: credentials(() => says("admin_or_signature"), KEY) },
  { codes: [EXPIRED], meaning: credentials(() => says("signature_expired"), ways("set_clock")) },
  {
    codes: [70003, 70009, 70013, 70014],
    meaning: credentials(({ app, admin }) => says("signature_of_another", { admin, app }), KEY),
  },
  { codes: [60006, 60012], meaning: configuration(({ app }) => says("no_app", { app }), ways("correct_app")) },
  {
    codes: [60016, 60017, 60020],
    meaning: configuration(({ app }) => says("app_disabled", { app }), ways("see_console")),
  },
  { codes: [60010], meaning: configuration(({ admin, app }) => says("no_admin", { admin, app }), ways("name_admin")) },
  {
    codes: [60021],
    meaning: configuration(({ app }) => says("address_not_allowed", { app }), ways("allow_address")),
  },
  {
    codes: [70016, 70020],
    meaning: configuration(({ app, where }) => says("other_data_centre", { app, where }), ways("correct_region")),
  },
  { codes: [70051], meaning: configuration(() => says("on_blocklist"), ways("ask_support")) },
  { codes: [130002], meaning: configuration(() => says("not_permitted"), ways("see_app")) },
  { codes: [130007], meaning: configuration(() => says("account_id_malformed"), ways("account_prefix")) },
  {
    codes: [131000],
    meaning: configuration(({ app }) => says("accounts_switched_off", { app }), ways("switch_accounts_on")),
  },
  { codes: [60007, 60011, 60018, 60019], meaning: later(says("too_often"), 5_000) },
  { codes: [70050], meaning: later(says("refused_too_often"), 60_000) },
  { codes: [60008, 60013, 60014, 10004, 20005], meaning: later(says("in_trouble")) },
  { codes: [70107], meaning: () => ({ tag: "no_user", words: says("no_such_user").words }) },
  { codes: [130004], meaning: () => ({ tag: "no_account", words: says("no_such_account").words }) },
];
