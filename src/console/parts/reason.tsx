/** @jsxImportSource preact */
/** Why something happened, in the reader's language: our own words; what a destination said is foreign, and stays as it is. */

import { tableSentence } from "../../basics/sentence-tables.ts";
import { filledIn, isReasonCode, type Said, type SentenceValue } from "../../basics/sentences.ts";
import { shown } from "../../basics/text.ts";
import type { Reason } from "../../connector.ts";
import { parseJson } from "../../connector-tools.ts";
import { reasonText } from "../../operations/reason.ts";
import type { Visit } from "../visit.ts";
import { BRACKETS, type Language } from "../words/languages.ts";
import { REASONS_IN_CHINESE } from "../words/reasons.ts";
import { prose } from "./prose.tsx";

export function ReasonText({ reason, visit }: { reason: Reason; visit: Pick<Visit, "language"> }) {
  const [whole, own] = [reasonIn(reason, visit.language), saidIn(reason, visit.language)];
  // what a destination says, or a connector of one's own, stays as it came
  const isOurs = reason.code !== undefined && whole.startsWith(own);
  return <bdi class="reason">{isOurs ? [prose(own), whole.slice(own.length)] : whole}</bdi>;
}

/** On one line; words that nobody has a sentence for, as they were written. */
export function reasonIn(reason: Reason, language: Language): string {
  return reasonText({ ...reason, words: saidIn(reason, language) }, language === "zh" ? CHINESE : undefined);
}

/** Characters of what a destination said that a sentence or a heading has room for; the whole of it stands below. */
const ROOM = 60;

/** For a sentence or a heading: short, and without the marks of settings, of HTML and of JSON. */
export function briefReasonIn(reason: Reason, language: Language): string {
  const said = saidIn(reason, language);
  // ours name settings in backticks, which mean nothing in a sentence
  const words = reason.code === undefined ? said : said.replaceAll("`", "");
  return textWithin({ ...reason, words, message: briefly(reason.message ?? "") }, language);
}

/** What a destination said, as far as it is made for people. */
function briefly(message: string): string {
  if (/^\s*[{[]\s*["{[\]}]/.test(message)) return shown(sentenceInJson(message), ROOM);
  // as HubSpot has it: a sentence, and then the faults as JSON
  const [, prose, json] = /^([^{}[\]<>]+?):?\s*([{[]\s*["{[].*)$/s.exec(message) ?? [];
  if (prose !== undefined && json !== undefined) return shown(sentenceInJson(json) || prose, ROOM);
  if (!/^\s*</.test(message)) return shown(message, ROOM);
  // the last mark may be cut off
  const text = message.replaceAll(/<(script|style)\b.*?<\/\1>|<[^>]*(>|$)/gis, " ");
  return shown(text.replaceAll(/\s+/g, " ").trim(), ROOM);
}

/** Members of an answer in which its sentence stands. */
const SENTENCE_IN_JSON =
  /"(?:message|error_description|error_message|detail|description|title|error|reason)"\s*:\s*("(?:[^"\\]|\\.)*")/;

/** The end of an answer may be cut off. Empty: it says nothing to people. */
function sentenceInJson(text: string): string {
  const [, quoted = '""'] = SENTENCE_IN_JSON.exec(text) ?? [];
  const said: unknown = parseJson(quoted);
  return typeof said === "string" && /\s/.test(said.trim()) ? said : "";
}

/** Where there is little room: our sentence, then what the destination said, short and marked as its own. */
export function BriefReason({ reason, visit: { language } }: { reason: Reason; visit: Pick<Visit, "language"> }) {
  const { status, category = "", message = "", code } = reason;
  const own = saidIn(reason, language);
  const http = status === undefined || own.includes(String(status)) ? "" : `HTTP ${status}`;
  const theirs = message === reason.words ? "" : briefly(message);
  const parts = [http, category, theirs && `“${theirs}”`].filter((part) => part !== "");
  const { open, close } = BRACKETS[language];
  return (
    <span class="reason">
      <bdi>{code === undefined ? shown(own, 2 * ROOM) : prose(own)}</bdi>
      {parts.length > 0 && (
        <>
          {open}
          <bdi class="foreign">{parts.join(" ")}</bdi>
          {close}
        </>
      )}
    </span>
  );
}

const CHINESE = { open: "（", close: "）" };
const WITHIN_CHINESE = { open: "：", close: "" };

/** The same where it stands in brackets itself: Chinese has no others inside of them. */
export function reasonWithin(reason: Reason, language: Language): string {
  return textWithin({ ...reason, words: saidIn(reason, language) }, language);
}

function textWithin(said: Reason, language: Language): string {
  return reasonText(said, language === "zh" ? WITHIN_CHINESE : undefined);
}

/** A sentence of the table in the reader's language; else its words. */
export function saidIn({ words, code, values = {} }: Said, language: Language): string {
  const text = isReasonCode(code) ? REASONS_IN_CHINESE[code] : tableSentence(code)?.zh;
  if (language === "en" || text === undefined) return words;
  return filledIn(text, values, (value) => valueIn(value, language));
}

function valueIn(value: SentenceValue, language: Language): string {
  return typeof value === "object" ? saidIn(value, language) : String(value);
}
