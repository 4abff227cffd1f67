/** One message of all that there is to tell at one moment. Pure. */
import { type Typed, typedPlainly } from "../basics/typed.ts";
import type { AlertSettings } from "../config/schema.ts";
import type { Notice, NoticeKind } from "../notices/notice.ts";
import { type AlarmState, alarmKey } from "./alarm.ts";
import type { Word } from "./ladder.ts";
import { placeOfAll } from "./places.ts";
import { EN } from "./texts/en.ts";
import type { AlarmTexts } from "./texts/language.ts";
import { ZH } from "./texts/zh.ts";

const LANGUAGES: Readonly<Record<AlertSettings["language"], AlarmTexts>> = { en: EN, zh: ZH };

/** The worst first. */
const ORDER: readonly Word["kind"][] = ["overdue", "urgent", "warning", "repeated", "over"];
/** So many are told of; chats take some thousand characters. */
const MOST_WORDS = 8;

export interface DigestOptions {
  readonly id: string;
  readonly language: AlertSettings["language"];
  readonly bridge: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Given up since nobody over there has that id, where that does not ring: one line. */
  readonly unmatched?: number;
  /** The console's address. */
  readonly console?: string | undefined;
  /** Where it is, of what each machine tells for itself. */
  readonly host?: string;
  readonly typed?: Typed | undefined;
}

/** @param words at least one */
export function digestNotice(
  words: readonly Word[],
  { id, language, bridge, now, host, console, unmatched = 0, typed = typedPlainly }: DigestOptions,
): Notice {
  const speech = LANGUAGES[language];
  const sorted = words.toSorted((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  const kind: NoticeKind = sorted[0]?.kind ?? "over";
  const told = sorted.slice(0, MOST_WORDS);
  const [first = ""] = told.map((word) => headOf(word, speech));
  const more = sorted.length - told.length;
  return {
    ...{ id, kind, title: speech.title(first, sorted.length - 1), at: now },
    lines: [
      ...told.flatMap((word, index) => linesOf(word, index === 0, { speech, now, typed })),
      ...(more > 0 ? [speech.rest(more, typed)] : []),
      ...(unmatched > 0 ? [speech.unmatched(unmatched, typed)] : []),
      ...(host === undefined ? [] : [host]),
      ...(console === undefined ? [] : [speech.console(addressOf(console, told))]),
    ],
    ...(bridge !== undefined && { bridge }),
    about: words.map(alarmKey),
  };
}

/** One click away from what there is to do. */
function addressOf(console: string, words: readonly Word[]): string {
  const place = placeOfAll(words.filter(({ kind }) => kind !== "over"));
  return place === "/" ? console : console.replace(/\/+$/, "") + place;
}

function headOf(word: Word, speech: AlarmTexts): string {
  return `${speech.labels[word.kind]} · ${word.kind === "over" ? speech.over(word) : speech.what(word)}`;
}

interface Speaking {
  readonly speech: AlarmTexts;
  readonly now: number;
  readonly typed: Typed;
}

/** @param isFirst whether its head is the title already */
function linesOf(word: Word, isFirst: boolean, { speech, now, typed }: Speaking): readonly string[] {
  const head = isFirst ? [] : [headOf(word, speech)];
  if (word.kind === "over") return head;
  return [...head, speech.since(word, now), ...[speech.fault(word) ?? []].flat(), speech.help(word, typed)];
}

export function testNotice({
  id,
  language,
  bridge,
  console,
  now,
}: Omit<DigestOptions, "host" | "unmatched" | "typed">): Notice {
  const speech = LANGUAGES[language];
  const { title } = speech.test;
  const lines = [...speech.test.lines, ...(console === undefined ? [] : [speech.console(console)])];
  return { id, kind: "test", title, lines, at: now, ...(bridge !== undefined && { bridge }) };
}

type Wrong = Omit<AlarmState, "rung" | "toldAt" | "repeats" | "clearAt">;

/** What it is, for who looks at a terminal or a page. */
export function whatIsWrong(state: Wrong, language: AlertSettings["language"] = "en"): string {
  return LANGUAGES[language].what({ kind: "repeated", ...state });
}

/** What helps: a sentence, or a command alone. */
export function whatHelps(state: Wrong, language: AlertSettings["language"], typed: Typed): string {
  return LANGUAGES[language].help({ kind: "repeated", ...state }, typed);
}
