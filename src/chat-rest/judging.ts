/** What an exchange with Chat means for the question that was asked. Pure. */
import { durationSaid } from "../basics/said-spans.ts";
import { bodyOf, type Fields } from "./body.ts";
import { type Caller, meaningOf } from "./codes.ts";
import type { ChatAnswer, ChatClock, NoAccount, NoUser, Unanswered } from "./contract.ts";
import type { HttpResult } from "./http.ts";
import { says, ways } from "./words.ts";

/** One question to Chat; `Absence` is what may be missing over there for an answer to it. */
export interface ChatQuestion<Absence extends NoAccount | NoUser = never> {
  /** `official_account_open_http_svc/get_subscriber_info` */
  readonly command: string;
  /** Parameters of the URL beside those of every call. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body: Fields;
  /** That something else is missing is no answer to this question. */
  readonly absence?: Absence["tag"];
}

export type CallResult<Absence extends NoAccount | NoUser = never> = ChatAnswer<Fields> | Absence | Unanswered;

export function judgeRestAnswer<Absence extends NoAccount | NoUser>(
  question: ChatQuestion<Absence>,
  result: HttpResult,
  caller: Caller,
): CallResult<Absence> {
  const name = question.command.slice(question.command.lastIndexOf("/") + 1);
  switch (result.tag) {
    case "aborted":
      return { tag: "later", words: says("given_up", { call: name }).words };
    case "unreachable":
      return { tag: "later", words: says("unreached", { call: name, fault: result.words }).words, todo: REACH };
    case "unfit": {
      const { words, tag: _, ...rest } = result;
      return { tag: "later", words: says("not_chats", { call: name, fault: words }).words, todo: PROXY, ...rest };
    }
    case "text":
      return judgeText(name, question, result, caller);
  }
}

const REACH = ways("reach_host").words;
const PROXY = ways("see_between").words;

function judgeText<Absence extends NoAccount | NoUser>(
  name: string,
  { absence: own }: ChatQuestion<Absence>,
  { text, clock }: Extract<HttpResult, { tag: "text" }>,
  caller: Caller,
): CallResult<Absence> {
  const body = bodyOf(text);
  const told = clock === undefined ? {} : { clock };
  if (body.tag === "ok") return { tag: "ok", value: body.fields, ...told };
  if (body.tag === "odd")
    return { tag: "later", words: says("odd", { call: name, fault: body.words }).words, isOdd: true, ...told };
  const { code, info } = body;
  const meaning = meaningOf(code, caller);
  const refused = { call: name, meaning: meaning.words, code };
  const { words } = info === "" ? says("refuses", refused) : says("refuses_saying", { ...refused, info });
  if (meaning.tag === "no_account" || meaning.tag === "no_user") {
    const isFitting: boolean = own === meaning.tag;
    if (!isFitting) return { tag: "later", words, code, isOdd: true, ...told };
    const absence: NoAccount | NoUser = { tag: meaning.tag, words, code, ...told };
    // the compiler does not follow from the equal tags that this is the question's own
    return absence as Absence;
  }
  if (meaning.tag === "later") return { ...meaning, words, code, ...told };
  const said = meaning.tag === "credentials" ? withClock(words, clock) : words;
  return { tag: meaning.tag, todo: meaning.todo, words: said, code, ...told };
}

/** Milliseconds of the clocks apart that are worth a word where a signature is refused: it has a time of its own. */
const WORTH_A_WORD = 60_000;

function withClock(said: string, clock: ChatClock | undefined): string {
  if (clock === undefined || Math.abs(clock.aheadMs) < WORTH_A_WORD) return said;
  const span = durationSaid(Math.abs(clock.aheadMs));
  return says(clock.aheadMs > 0 ? "clock_behind" : "clock_ahead", { said, span }).words;
}
