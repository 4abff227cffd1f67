/** Numbers, measures and dates as people write them, in the form that a setting takes: what to write instead. Pure. */
import { straightened } from "../../basics/look-alikes.ts";
import { parseStart } from "./formats.ts";
import { formatDuration, parseDuration, parseRate, parseShare, parseSize } from "./units.ts";

const UNITS: readonly (readonly [form: RegExp, unit: string])[] = [
  [/^(?:ms|msecs?|milliseconds?|毫秒)$/, "ms"],
  [/^(?:s|secs?|seconds?|秒[钟鐘]?)$/, "s"],
  [/^(?:m|mins?|minutes?|分[钟鐘]?)$/, "m"],
  [/^(?:h|hrs?|hours?|个?小时|個?小時)$/, "h"],
  [/^(?:d|days?|天|日)$/, "d"],
];
const WEEKS = /^(?:w|weeks?|周|週|个?星期)$/;

/** `30 seconds`, `5分钟`, `1h30m`, `2 weeks`. */
export function durationMeant(text: string): string | undefined {
  const plain = straightened(text)
    .trim()
    .toLowerCase()
    .replace(/[.。]$/, "");
  if (!/^(?:\d+(?:\.\d+)?\s*[^\d\s.,]+[\s,]*)+$/.test(plain)) return undefined;
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)\s*([^\d\s.,]+)/g)];
  const all = parts.map(([, number = "", word = ""]) => inOneUnit(number, word));
  const sum = all.reduce((total, one) => total + (parseDuration(one) ?? Number.NaN), 0);
  if (Number.isNaN(sum)) return undefined;
  return all.length === 1 ? all[0] : formatDuration(sum);
}

/** Empty where nobody knows the unit. */
function inOneUnit(number: string, word: string): string {
  if (WEEKS.test(word)) return `${Number(number) * 7}d`;
  const unit = UNITS.find(([form]) => form.test(word))?.[1];
  return unit === undefined ? "" : `${number}${unit}`;
}

/** `64k`, `4 megabytes`, `1 Mo`. */
export function sizeMeant(text: string): string | undefined {
  if (parseSize(text) !== undefined) return text.trim();
  const form = /^(\d+(?:\.\d+)?)\s*([kmg])(i?)(?:b|o|ilobytes?|egabytes?|igabytes?)?$/i.exec(straightened(text).trim());
  if (form === null) return undefined;
  const [, number = "", letter = ""] = form;
  const size = `${number}${letter.toUpperCase()}iB`;
  return parseSize(size) === undefined ? undefined : size;
}

/** `19 per second`, `19 req/s`, `300/分钟`. */
export function rateMeant(text: string): string | undefined {
  const plain = straightened(text).trim().toLowerCase();
  const [, number = "", word = ""] =
    /^(\d+)\s*(?:reqs?|requests?|calls?|次)?\s*(?:\/|per|a|p|每)\s*(\S+)$/.exec(plain.replace(/rps$/, "/s")) ?? [];
  const unit = UNITS.find(([form]) => form.test(word))?.[1];
  const rate = unit === undefined ? plain : `${number}/${unit === "m" ? "min" : unit}`;
  return parseRate(rate) === undefined ? undefined : rate;
}

/** `5`, `0.05`, `5 percent`. */
export function shareMeant(text: string): string | undefined {
  const [, number = ""] = /^(\d+(?:\.\d+)?)\s*(?:percent|per cent)?$/i.exec(straightened(text).trim()) ?? [];
  if (number === "") return undefined;
  const share = `${Number(number) < 1 ? Number((Number(number) * 100).toFixed(4)) : number}%`;
  return parseShare(share) === undefined ? undefined : share;
}

/** `1,400,000,000`, `1_400`, `1 400`, `1’400`. */
export function numberMeant(text: string): string | undefined {
  const plain = straightened(text).trim();
  const isNumber = /^\d{1,3}([,_' ])\d{3}(?:\1\d{3})*$|^\d{1,15}$/.test(plain);
  return isNumber ? plain.replace(/\D/g, "") : undefined;
}

/** `2026/1/31`, `2026年1月31日`, `31.01.2026`, `2026-01-31 08:00`; undefined where day and month could be either. Times are UTC. */
export function dateMeant(text: string): string | undefined {
  const plain = straightened(text).trim();
  const [, date = "", time = ""] = /^(\S{8,})[ T]+(\d{2}:\d{2}(?::\d{2})?)(?: ?(?:Z|UTC))?$/.exec(plain) ?? [];
  if (time === "") return dayMeant(plain);
  const day = dayMeant(date);
  return day === undefined ? undefined : `${day}T${time}Z`;
}

function dayMeant(plain: string): string | undefined {
  const [, year = "", month = "", day = ""] =
    /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/.exec(plain) ?? [];
  if (year !== "") return realDate(year, month, day);
  const [, first = "", second = "", last = ""] = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(plain) ?? [];
  if (last === "" || (Number(first) <= 12 && Number(second) <= 12 && !plain.includes("."))) return undefined;
  return Number(second) > 12 ? realDate(last, first, second) : realDate(last, second, first);
}

function realDate(year: string, month: string, day: string): string | undefined {
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return typeof parseStart(date) === "number" ? date : undefined;
}

/** `是`, `开`: yes and no in the languages that Chat's own console has. */
export function booleanMeant(text: string): "true" | "false" | undefined {
  const plain = straightened(text).trim();
  if (/^(?:yes|on|y|1|true|enabled?|是|开|開|开启|真)$/i.test(plain)) return "true";
  return /^(?:no|off|n|0|false|disabled?|否|关|關|关闭|假)$/i.test(plain) ? "false" : undefined;
}
