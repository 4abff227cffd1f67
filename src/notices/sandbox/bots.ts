/**
 * Stand-ins on loopback for the chats that notices go to, as strict as their pages say: address, signature and its time, keyword,
 * size and rate; and what people would read there.
 */
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxRequest,
  startSandbox,
} from "../../../connectors/kit/sandbox.ts";
import { dingtalk } from "./dingtalk.ts";
import { feishu } from "./feishu.ts";
import { slack } from "./slack.ts";
import type { Heard, StandIn, StandInOptions } from "./stand-in.ts";
import { wecom } from "./wecom.ts";

export type BotKind = "slack" | "feishu" | "dingtalk" | "wecom";

export interface BotSandboxOptions extends StandInOptions {
  /** Milliseconds since 1970; the machine's unless set. */
  readonly clock?: () => number;
}

export interface BotSandbox extends Sandbox {
  /** What goes into `url`. */
  readonly address: string;
  /** What was taken, as people read it, oldest first. */
  readonly messages: readonly Heard[];
}

const STAND_INS: Readonly<Record<BotKind, (options: StandInOptions) => StandIn>> = { slack, feishu, dingtalk, wecom };

/** Of the bot's address, which is a credential. */
export const BOT_TOKEN = "0123456789abcdef-of-the-bot";

export async function startBot(
  kind: BotKind,
  { clock = Date.now, ...options }: BotSandboxOptions = {},
): Promise<BotSandbox> {
  const standIn = STAND_INS[kind](options);
  const messages: Heard[] = [];
  const respond = (request: SandboxRequest): SandboxAnswer => {
    const { answer, heard } = standIn.answer(request, BOT_TOKEN, clock());
    if (heard !== undefined) messages.push(heard);
    return answer;
  };
  const sandbox = await startSandbox(respond);
  return Object.assign(sandbox, { address: sandbox.url + standIn.path(BOT_TOKEN), messages });
}
