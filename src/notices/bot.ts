/** What the channels into chats share: one message, one request, and an answer that is read, and shows no secret. */
import { isPage, readable } from "../basics/foreign-page.ts";
import { shown } from "../basics/text.ts";
import { sleep } from "../basics/waiting.ts";
import { foreignRedactor } from "../config/credentials/redact.ts";
import type { Channel, ChannelOptions, ChannelType, Notice, Told } from "./notice.ts";
import { type AskForTurn, type MessagePace, openPaces, type Turn } from "./pace.ts";
import { mayPass, type Outgoing, type Posted, postNotice } from "./post.ts";
import { secretsIn } from "./secrets-in.ts";

/** A bot of a chat, as it is configured. */
export interface BotSettings {
  /** Its path, or its query, is a credential. */
  readonly url: string;
  /** What messages are signed with, where the chat wants it. */
  readonly secret?: string | undefined;
  /** What each message must contain, where the chat wants it. */
  readonly keyword?: string | undefined;
}

/** A kind of bot: how it is written to, and what it answers. */
export interface Bot {
  readonly type: ChannelType;
  /** As people call it: `DingTalk`. */
  readonly name: string;
  readonly paces: readonly MessagePace[];
  /** @param now milliseconds since 1970 */
  request(notice: Notice, settings: BotSettings, now: number): Outgoing;
  /** What an answer means that came with 200, or with any other status that is not of the server's own trouble. */
  read(answer: BotAnswer): Told | undefined;
}

export type BotAnswer = Pick<Extract<Posted, { tag: "answered" }>, "status" | "text">;

export function botChannel(name: string, bot: Bot, settings: BotSettings, options: ChannelOptions): Channel {
  const ask = openPaces(bot.paces);
  const hide = foreignRedactor([
    ...secretsIn(settings.url),
    ...(settings.secret === undefined ? [] : [settings.secret]),
  ]);
  return {
    name,
    type: bot.type,
    async send(notice, signal) {
      const turn = await inTurn(ask, options, signal);
      const tooMany = `${bot.name} takes no more messages at the moment: it limits how many`;
      if (turn.tag === "wait") return { tag: "later", afterMs: turn.ms, words: tooMany };
      const posted = await postNotice(bot.request(notice, settings, options.clock()), options, signal);
      turn.answered(options.clock());
      const told = toldBy(bot, posted);
      return told.tag === "told" ? told : { ...told, words: shown(hide(told.words)) };
    },
  };
}

/** For so long nobody else need be told instead. Milliseconds. */
const PATIENCE_MS = 3_000;

/** Waits for its turn where that comes soon. */
async function inTurn(ask: AskForTurn, { clock, pause = sleep }: ChannelOptions, signal: AbortSignal): Promise<Turn> {
  for (let waited = 0; ; ) {
    const turn = ask(clock());
    waited += turn.tag === "wait" ? turn.ms : 0;
    if (turn.tag === "go" || waited > PATIENCE_MS || signal.aborted) return turn;
    await pause(turn.ms, signal).catch(() => undefined);
  }
}

/** Where a limit names no time. Milliseconds. */
const LIMIT_WAIT_MS = 60_000;

function toldBy(bot: Bot, posted: Posted): Told {
  if (posted.tag === "unanswered") return { tag: "later", words: posted.words };
  const { status, afterMs, text } = posted;
  const after = afterMs ?? (status === 429 ? LIMIT_WAIT_MS : undefined);
  if (mayPass(status)) {
    return { tag: "later", words: `${bot.name}: HTTP ${status}`, ...(after !== undefined && { afterMs: after }) };
  }
  const told = bot.read(posted);
  if (told !== undefined) return told;
  // cut once secrets are out of it: half of one would not be known any more
  const what = readable(text.slice(0, LONGEST_READ));
  const words = `HTTP ${status}, which is not an answer of ${bot.name}${what === "" ? "" : `: ${what}`}`;
  // a page with 200 is a proxy's, or a sign-in's, and may go; an address that leads elsewhere does not mend itself
  return { tag: status === 200 || isPage(text) ? "later" : "refused", words };
}

/** Characters. */
const LONGEST_READ = 64 * 1024;
