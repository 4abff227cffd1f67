/** Numbers, measures and dates as people write them, in the form that a setting takes: what to write instead. Pure. */
import { straightened } from "../../basics/look-alikes.ts";
import { parseStart } from "./formats.ts";
import { formatDuration, formatSize, parseDuration, parseRate, parseShare, parseSize } from "./units.ts";

const UNITS: readonly (readonly [form: RegExp, unit: string])[] = [
  [/^(?:ms|msecs?|milliseconds?|毫秒)$/, "ms"],
  [/^(?:s|secs?|seconds?|秒[钟鐘]?)$/, "s"],
  [/^(?:m|mins?|minutes?|分[钟鐘]?)$/, "m"],
  [/^(?:h|hrs?|hours?|[个個]?小[时時]|[个個]?钟头)$/, "h"],
  [/^(?:d|days?|天|日)$/, "d"],
];
/** Units that a setting does not take, in days: of months and years what people mean who count them. */
const IN_DAYS: readonly (readonly [form: RegExp, days: number])[] = [
  [/^(?:w|weeks?|周|週|[个個]?星期)$/, 7],
  [/^(?:mo|months?|[个個]?月)$/, 30],
  [/^(?:y|yrs?|years?|年)$/, 365],
];
const REPEATED: Readonly<Record<string, string>> = {
  hourly: "1h",
  daily: "1d",
  weekly: "7d",
  每小时: "1h",
  每天: "1d",
};
const NUMERALS: Readonly<Record<string, number>> = {
  ...{ 半: 0.5, 一: 1, 二: 2, 两: 2, 兩: 2, 三: 3, 四: 4, 五: 5, 六: 6, 七: 7, 八: 8, 九: 9, 十: 10 },
};

/** `三天`, `半小时`, `half a day`, `an hour`, `1,5h` with digits. */
function withDigits(text: string): string {
  return text
    .replace(/^[半一二两兩三四五六七八九十](?=\D)/, (numeral) => String(NUMERALS[numeral]))
    .replace(/^half an? /, "0.5 ")
    .replace(/^an? /, "1 ")
    .replace(/^(\d+),(\d{1,2})(?=\s*\D)/, "$1.$2");
}

/** `PT30S`, `P3D`, `P1DT12H` as `1d12h`. */
function ofIso(text: string): string {
  const [, days = "", time = ""] = /^p((?:\d+[ymwd])*)(?:t((?:\d+[hms])+))?$/.exec(text) ?? [];
  return days + time === "" ? text : days.replaceAll("m", "mo") + time;
}

/** `30 seconds`, `5分钟`, `1h30m`, `2 weeks`, `P3D`, `三天`. */
export function durationMeant(text: string): string | undefined {
  const typed = straightened(text)
    .trim()
    .toLowerCase()
    .replace(/[.。]$/, "");
  if (Object.hasOwn(REPEATED, typed)) return REPEATED[typed];
  const plain = withDigits(ofIso(typed));
  if (!/^(?:\d+(?:\.\d+)?\s*[^\d\s.,]+[\s,]*)+$/.test(plain)) return undefined;
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)\s*([^\d\s.,]+)/g)];
  const all = parts.map(([, number = "", word = ""]) => inOneUnit(number, word));
  const sum = all.reduce((total, one) => total + (parseDuration(one) ?? Number.NaN), 0);
  if (Number.isNaN(sum)) return undefined;
  return all.length === 1 ? all[0] : formatDuration(sum);
}

/** Empty where nobody knows the unit. */
function inOneUnit(number: string, word: string): string {
  const days = IN_DAYS.find(([form]) => form.test(word))?.[1];
  if (days !== undefined) return `${Number(number) * days}d`;
  const unit = UNITS.find(([form]) => form.test(word))?.[1];
  return unit === undefined ? "" : `${number}${unit}`;
}

/** `64k`, `4 megabytes`, `1 Mo`, `4兆`; `4194304` in bytes. */
export function sizeMeant(text: string): string | undefined {
  if (parseSize(text) !== undefined) return text.trim();
  const plain = straightened(text)
    .trim()
    .replace(/兆(?:字节)?$/, "M");
  if (/^[1-9]\d{2,14}$/.test(plain)) return formatSize(Number(plain));
  const form = /^(\d+(?:\.\d+)?)\s*([kmg])(i?)(?:b|o|ilobytes?|egabytes?|igabytes?)?$/i.exec(plain);
  if (form === null) return undefined;
  const [, number = "", letter = ""] = form;
  const size = `${number}${letter.toUpperCase()}iB`;
  return parseSize(size) === undefined ? undefined : size;
}

/** `19 per second`, `19 req/s`, `10 qps`, `300/分钟`, `每秒10次`; `0.5/s` as `30/min`. */
export function rateMeant(text: string): string | undefined {
  const typed = straightened(text).trim().toLowerCase();
  const plain = typed.replace(/\s*[rqt]ps$/, "/s").replace(/^每([^\d\s]+)\s*(\d+)\s*次$/, "$2/$1");
  const [, part = "", each = ""] = /^(0?\.\d+)\s*\/\s*(s|sec|second|min|minute)$/.exec(plain) ?? [];
  if (part !== "") return rarer(Number(part) * 60, each.startsWith("s") ? "min" : "h");
  const [, number = "", word = ""] =
    /^(\d+)\s*(?:reqs?|requests?|calls?|次)?\s*(?:\/|per|a|p|每)\s*(\S+)$/.exec(plain) ?? [];
  const unit = UNITS.find(([form]) => form.test(word))?.[1];
  const rate = unit === undefined ? plain : `${number}/${unit === "m" ? "min" : unit}`;
  return parseRate(rate) === undefined ? undefined : rate;
}

function rarer(number: number, unit: string): string | undefined {
  return Number.isInteger(number) ? `${number}/${unit}` : undefined;
}

/** `5`, `0.05`, `5 percent`. */
export function shareMeant(text: string): string | undefined {
  const [, number = ""] = /^(\d+(?:\.\d+)?)\s*(?:percent|per cent)?$/i.exec(straightened(text).trim()) ?? [];
  if (number === "") return undefined;
  const share = `${Number(number) < 1 ? Number((Number(number) * 100).toFixed(4)) : number}%`;
  return parseShare(share) === undefined ? undefined : share;
}

/** `1,400,000,000`, `1_400`, `1 400`, `1’400`; `90%` of a number in per cent. */
export function numberMeant(text: string): string | undefined {
  const plain = straightened(text).trim().replace(/%$/, "");
  const isNumber = /^\d{1,3}([,_' ])\d{3}(?:\1\d{3})*$|^\d{1,15}$/.test(plain);
  return isNumber ? plain.replace(/\D/g, "") : undefined;
}

/** `2xx`, `200-299`, `success`: the statuses by which APIs say so, since a rule takes no class of them. */
export function statusesMeant(text: string): string | undefined {
  const plain = straightened(text).trim().toLowerCase();
  if (/^(?:2xx|2\*\*?|20[x*]|200\s*(?:-|\.{2,3}|to)\s*299|ok|success|成功)$/.test(plain)) return "[200, 201, 202, 204]";
  if (/^(?:4xx|4\*\*?|40[x*]|400\s*(?:-|\.{2,3}|to)\s*499)$/.test(plain)) return "[400, 404, 409, 422]";
  if (/^(?:5xx|5\*\*?|50[x*]|500\s*(?:-|\.{2,3}|to)\s*599)$/.test(plain)) return "[500, 502, 503, 504]";
  const several = plain.split(/\s*[,;/|、]\s*|\s+(?:or|and)\s+/);
  return several.length > 1 && several.every((one) => /^[2-5]\d\d$/.test(one)) ? `[${several.join(", ")}]` : undefined;
}

/**
 * `2026/1/31`, `2026年1月31日`, `31.01.2026`, `20260131`, `31 Jan 2026`, `2026-01-31 08:00`, `2026-01-31T08:00+08`, a Unix time in seconds
 * or milliseconds; undefined where day and month could be either. Times are UTC unless they say otherwise.
 */
export function dateMeant(text: string): string | undefined {
  const plain = straightened(text).trim();
  if (/^[12]\d{9}(?:\d{3})?$/.test(plain)) return unixMeant(plain);
  const [, date = "", time = "", zone = ""] = DATE_AND_TIME.exec(plain) ?? [];
  if (time === "") return dayMeant(plain);
  const day = dayMeant(date.trim());
  const written = day === undefined ? "" : `${day}T${time}${offsetMeant(zone)}`;
  return typeof parseStart(written) === "number" ? written : undefined;
}

const DATE_AND_TIME = /^(\S.{6,}?)(?:[ T]+|, *)(\d{2}:\d{2}(?::\d{2})?) ?(Z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?$/;

/** `+8`, `+08`, `+0800` as `+08:00`. */
function offsetMeant(zone: string): string {
  const [, sign = "", hours = "", minutes = "00"] = /^([+-])(\d{1,2}?):?(\d{2})?$/.exec(zone) ?? [];
  return sign === "" ? "Z" : `${sign}${hours.padStart(2, "0")}:${minutes}`;
}

function unixMeant(digits: string): string {
  return new Date(Number(digits.padEnd(13, "0"))).toISOString().replace(/\.\d+Z$/, "Z");
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** `31 January 2026`, `Jan 31, 2026`, `31-Jan-2026`. */
function namedDay(plain: string): string | undefined {
  const inOrder = /^(\d{1,2})(?:st|nd|rd|th)?[ -]+([a-z]{3,9})\.?,?[ -]+(\d{4})$/i.exec(plain);
  const american = /^([a-z]{3,9})\.?[ -]+(\d{1,2})(?:st|nd|rd|th)?,?[ -]+(\d{4})$/i.exec(plain);
  const [day = "", name = "", year = ""] = inOrder?.slice(1) ?? [american?.[2], american?.[1], american?.[3]];
  const month = MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
  return month === 0 ? undefined : realDate(year, String(month), day);
}

function dayMeant(plain: string): string | undefined {
  const named = namedDay(plain);
  if (named !== undefined) return named;
  const [, ...compact] = /^([12]\d{3})(\d{2})(\d{2})$/.exec(plain) ?? [];
  if (compact.length === 3) return realDate(...(compact as [string, string, string]));
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
