/** An operation that does not do what was asked. */
import { filledIn } from "../basics/sentences.ts";

/** `unknown`: what was named is not there; `unreachable`: the store, or what was asked, could not be reached. */
export type RefusalCause = "unknown" | "unreachable";

/** Its words are for people, and say what to do; nothing was changed. */
export class Refused extends Error {
  readonly why: RefusalCause;
  /** Which sentence of the table it is, for whoever says it in another language; undefined where it is none. */
  readonly refusal: Refusal | undefined;
  constructor(why: RefusalCause, said: string | Refusal) {
    super(typeof said === "string" ? said : refusalWords(said));
    this.why = why;
    this.refusal = typeof said === "string" ? undefined : said;
  }
}

/** What pages can run into. In braces stand values, which may be a sentence themselves. */
export const REFUSALS = {
  no_plan: 'There is no plan "{id}" (any more): plans are kept for a day. Look again, and do it then.',
  several_plans: '"{text}" is the beginning of several plans: {ids}; say more of it.',
  no_connector_stored: 'There is no connector "{name}" in the store; {todo}',
  no_connector: 'There is no connector "{name}"; {todo}',
  rules_in_code: "{name} is of the type {type}, whose rules stand in its code; its page says what answers mean.",
  cannot_judge: "{name} cannot say what an answer means: {fault}",
  no_alarm: 'There is no alarm "{name}"; {todo}',
  meant: 'did you mean "{name}"?',
  there_is: "there is {names}",
  there_are: "there are {names}",
  there_are_none: "there are none",
  none_ran: "the bridge has not run with a connector yet",
  body_not_understood: "This body is not understood: {fault}",
  alerts_absent: "`alerts` does not stand in the configuration: add it, with `to` and `notices`.",
  reconcile_absent: "`reconcile` does not stand in the configuration: add it, so that Chat is asked.",
  no_rest: "Chat cannot be asked about app {app}: add its `rest`.",
  no_account:
    "No official account is known: name it under `reconcile.accounts`, or wait until a callback has named it; ids are case-sensitive (`reconcile status` lists those that are known).",
  no_roster:
    'No roster of "{account}" is kept: name it under `reconcile.accounts`, or wait until a callback has named it; ids are case-sensitive (`reconcile status` lists those that are known).',
  callbacks_wait: "Callbacks wait to be read, and nothing is compared before: start the bridge.",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export interface Refusal {
  readonly code: RefusalCode;
  readonly values?: Readonly<Record<string, string | Refusal>>;
}

/** In English, or by another table of the same sentences. */
export function refusalWords(
  { code, values = {} }: Refusal,
  table: Readonly<Record<RefusalCode, string>> = REFUSALS,
): string {
  const said = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === "string" ? value : refusalWords(value, table),
  ]);
  return filledIn(table[code], Object.fromEntries(said), String);
}
