/** Answers of chats that say 200 whatever they mean, and a code beside it: 0 is success, and nothing else is. Pure. */
import { asRecord, isRecord, parseJson } from "../connector-tools.ts";
import type { BotAnswer } from "./bot.ts";
import type { Told } from "./notice.ts";

export interface NoticeMeaning {
  readonly tag: "later" | "refused";
  /** What it means, and the way out. */
  readonly words: string;
  /** How long it wants to be left alone, milliseconds. */
  readonly afterMs?: number;
}

export interface Codes {
  /** As people call the chat. */
  readonly name: string;
  /** Where the code and the words stand; the first that is there counts. */
  readonly code: readonly string[];
  readonly message: readonly string[];
  readonly meanings: Readonly<Record<number, NoticeMeaning | ((message: string) => NoticeMeaning)>>;
}

/** Undefined for what the chat does not answer. */
export function readCode(
  { status, text }: BotAnswer,
  { name, code: keys, message: wordKeys, meanings }: Codes,
): Told | undefined {
  const body = parseJson(text);
  if (!isRecord(body)) return undefined;
  const code = keys.map((key) => body[key]).find((value) => typeof value === "number");
  if (code === undefined) return undefined;
  if (code === 0) return status === 200 ? { tag: "told" } : undefined;
  const message = String(wordKeys.map((key) => asRecord(body)[key]).find((value) => typeof value === "string") ?? "");
  const known = meanings[code];
  const meaning = typeof known === "function" ? known(message) : known;
  const said = `${name}: ${code}${message === "" ? "" : ` ${message}`}`;
  // nobody knows what it means: it may pass, and is told of until it does
  if (meaning === undefined) return { tag: "later", words: said };
  return { ...meaning, words: `${said}: ${meaning.words}` };
}
