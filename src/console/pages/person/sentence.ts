/** A verdict as a sentence, in the reader's language. Pure. */
import type { HeldEntry } from "../../../operations/deliveries/held.ts";
import type { PersonVerdict, VerdictTag } from "../../../operations/people/verdict.ts";
import { holdIn } from "../../parts/holds.ts";
import { briefReasonIn } from "../../parts/reason.tsx";
import type { Tone } from "../../parts/state.tsx";
import { timeText } from "../../parts/time.tsx";
import type { Visit } from "../../visit.ts";
import { inBoth, type Language } from "../../words/languages.ts";

type Reader = Pick<Visit, "language" | "zone" | "now">;

const SENTENCES = inBoth(
  {
    unknown: "Nothing is known of this id.",
    subscribed: (at: string) => `They have only subscribed (${at}); no unsubscription is known.`,
    cameBack: (at: string) => `They came back (${at}): what they had asked for before is superseded.`,
    honoured: (where: string) => `Honoured everywhere: ${where}.`,
    // where the settings keep it from some, it is not everywhere
    honouredWhereSent: (where: string) => `Honoured wherever the settings send it: ${where}.`,
    delivered: (where: string) => `Delivered to ${where}.`,
    dead: (where: string) => `Could not be delivered to ${where}: somebody must look.`,
    owed: (where: string) => `Still owed by ${where}.`,
    because: (name: string, why: string) => `${name}, because ${why}`,
    // what a destination said stands in brackets already
    with: (name: string, why: string) => `${name} – ${why}`,
    skipped: (where: string) => `Not sent to ${where}, as the settings say.`,
    discarded: (where: string) => `Discarded by a person, and not sent, at ${where}.`,
    superseded: "Superseded by what they did afterwards.",
    nowhere: "No connector gets it.",
    routed: "it has only just come in",
    notRun: "no bridge has run with it yet",
    accepted: (name: string) => `${name} (which has accepted it, and proves no more than that)`,
    gap: " ",
  },
  {
    unknown: "没有关于这个 ID 的任何记录。",
    subscribed: (at: string) => `只有订阅记录（${at}），没有退订记录。`,
    cameBack: (at: string) => `用户已重新订阅（${at}），之前的退订已被取代。`,
    honoured: (where: string) => `退订已在所有地方生效：${where}。`,
    honouredWhereSent: (where: string) => `退订已在按配置发送的所有地方生效：${where}。`,
    delivered: (where: string) => `已送达 ${where}。`,
    dead: (where: string) => `无法送达 ${where}，需要人工处理。`,
    owed: (where: string) => `尚未送达 ${where}。`,
    because: (name: string, why: string) => `${name}（${why}）`,
    with: (name: string, why: string) => `${name}（${why}）`,
    skipped: (where: string) => `按配置未发送给 ${where}。`,
    discarded: (where: string) => `${where} 的投递已被人工丢弃，没有发送。`,
    superseded: "已被用户之后的操作取代。",
    nowhere: "没有连接器需要它。",
    routed: "刚刚收到",
    notRun: "还没有 unsub-bridge 带着它运行过",
    accepted: (name: string) => `${name}（已接收，但不会返回是否生效的证明）`,
    gap: "",
  },
);

export function sentenceOf(verdict: PersonVerdict, reader: Reader): string {
  const words = SENTENCES[reader.language];
  const { tag, at } = verdict;
  switch (tag) {
    case "unknown":
    case "nowhere":
    case "superseded":
      return words[tag];
    case "subscribed":
    case "cameBack":
      return words[tag](timeText(at ?? 0, reader.language, reader.zone));
    case "honoured":
      return joined([honouredText(verdict, reader), ...besides(verdict, reader)], reader);
    default:
      return joined([...deadAndOwed(verdict, reader), ...rest(verdict, reader), ...besides(verdict, reader)], reader);
  }
}

function honouredText({ delivered, skipped }: PersonVerdict, { language }: Reader): string {
  const { honoured, honouredWhereSent } = SENTENCES[language];
  return (skipped.length === 0 ? honoured : honouredWhereSent)(namesOf(delivered, language));
}

const joined = (parts: readonly string[], { language }: Reader): string => parts.join(SENTENCES[language].gap);

function deadAndOwed({ dead, waiting, coming }: PersonVerdict, reader: Reader): string[] {
  const words = SENTENCES[reader.language];
  const deadAt = dead.map((entry) => {
    const why = entry.reason === null ? undefined : briefReasonIn(entry.reason, reader.language);
    return why === undefined ? entry.connector : words.with(entry.connector, why);
  });
  const owedBy = [
    ...waiting.map((entry) => words.because(entry.connector, whyWaiting(entry, reader))),
    ...coming.map(({ connector, by }) => words.because(connector, by === "not_run" ? words.notRun : words.routed)),
  ];
  return [
    ...(deadAt.length > 0 ? [words.dead(listed(deadAt, reader.language))] : []),
    ...(owedBy.length > 0 ? [words.owed(owedBy.join(reader.language === "zh" ? "；" : "; "))] : []),
  ];
}

/** What holds it, and what went wrong before. */
function whyWaiting({ hold, reason }: HeldEntry, { language, now }: Reader): string {
  const held = hold === null ? "" : holdIn(hold, now, language).replace(/^(held: |暂不发送：)/, "");
  const before = reason === null ? "" : briefReasonIn(reason, language);
  return [held, before].filter((part) => part !== "").join(language === "zh" ? "；" : ": ");
}

function rest({ delivered, discarded, superseded, tag }: PersonVerdict, { language }: Reader): string[] {
  const words = SENTENCES[language];
  return [
    ...(discarded.length > 0 ? [words.discarded(namesOf(discarded, language))] : []),
    ...(delivered.length > 0 ? [words.delivered(namesOf(delivered, language))] : []),
    ...(superseded.length > 0 && tag !== "owed" ? [words.superseded] : []),
  ];
}

function besides({ skipped }: PersonVerdict, { language }: Reader): string[] {
  const words = SENTENCES[language];
  return [
    ...(skipped.length > 0
      ? [
          words.skipped(
            listed(
              skipped.map((entry) => withWhy(entry, language)),
              language,
            ),
          ),
        ]
      : []),
  ];
}

function withWhy({ connector, reason }: HeldEntry, language: Language): string {
  return reason === null ? connector : SENTENCES[language].with(connector, briefReasonIn(reason, language));
}

function namesOf(entries: readonly HeldEntry[], language: Language): string {
  const { accepted } = SENTENCES[language];
  const names = entries.map(({ connector, proof }) => (proof === "accepted" ? accepted(connector) : connector));
  return listed([...new Set(names)], language);
}

const LISTS = new Intl.ListFormat("en-GB");

/** A pause mark between names of another script: the conjunction would stick to them. */
const listed = (names: readonly string[], language: Language): string =>
  language === "zh" ? names.join("、") : LISTS.format(names);

export const TONES: Readonly<Record<VerdictTag, Tone>> = {
  unknown: "quiet",
  dead: "bad",
  owed: "warn",
  honoured: "good",
  discarded: "warn",
  skipped: "quiet",
  superseded: "quiet",
  nowhere: "quiet",
  cameBack: "quiet",
  subscribed: "quiet",
};
