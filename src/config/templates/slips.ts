/** What was meant for a template, and is none to the engine: other braces, other signs inside of them, dates as others write them. Pure. */
import {
  isOddAscii,
  type LookAlike,
  lookAlikeName,
  lookAlikesIn,
  plainWords,
  straightened,
} from "../../basics/look-alikes.ts";
import { nearest } from "../../basics/suggest.ts";
import { filterMeant } from "./filters-of-others.ts";
import type { TemplateFault } from "./template-faults.ts";
import { VARIABLES } from "./variables.ts";

export interface TemplateSlip extends TemplateFault {
  /** False where it could be meant as it stands. */
  readonly isCertain: boolean;
}

/** The first that is found in a text as it stands in the file; undefined where it says what it means, as text for people does. */
export function templateSlip(text: string): TemplateSlip | undefined {
  return oddBraces(text) ?? insideBraces(text) ?? dateOfOthers(text) ?? bracesOfOthers(text) ?? neverSo(text);
}

function oddSlip(one: LookAlike, index = one.index): TemplateSlip {
  return { what: `${lookAlikeName(one)} stands here`, todo: plainWords(one), index, isCertain: true };
}

/** Two braces, or a brace and a per cent sign, in any form. */
const OPENING = /[{｛﹛][ \u3000]?[{｛﹛]|[{｛﹛][%％﹪]/g;
/** One brace on each side of a word. */
const SINGLE = /[{｛﹛]\s{0,9}(\w+)\s{0,9}[}｝﹜]/g;

function oddBraces(text: string): TemplateSlip | undefined {
  for (const { 0: braces, index } of text.matchAll(OPENING)) {
    const [odd] = lookAlikesIn(braces);
    if (odd === undefined) continue;
    const slip = oddSlip(odd, index + odd.index);
    const meant = variableAt(text.slice(index));
    return meant === undefined ? slip : { ...slip, todo: `${slip.todo} (meant: ${meant})` };
  }
  for (const { 0: whole, 1: name = "", index } of text.matchAll(SINGLE)) {
    const [odd] = lookAlikesIn(whole);
    const isOpen = /[{$]$/.test(text.slice(0, index));
    if (odd !== undefined && VARIABLES.has(name) && !isOpen) {
      return { ...oddSlip(odd, index + odd.index), todo: `write {{ ${name} }}` };
    }
  }
  return undefined;
}

/** Where more signs than the first are odd, all of them at once: a variable of ours at the beginning of a text. */
function variableAt(text: string): string | undefined {
  const [, name = ""] = /^\{\{\s{0,9}(\w+)\s{0,9}\}\}/.exec(straightened(text)) ?? [];
  return VARIABLES.has(name) ? `{{ ${name} }}` : undefined;
}

/** `{{ … }}` and `{% … %}`, also one that is never closed. */
const PUT_IN = /\{\{.*?(?:\}\}|$)|\{%.*?(?:%\}|$)/gs;
/** What the engine takes as text. */
const QUOTED = /"[^"]*"|'[^']*'/g;

function insideBraces(text: string): TemplateSlip | undefined {
  for (const { 0: part, index } of text.matchAll(PUT_IN)) {
    const [, name = ""] = /^\{\{\{+\s*(\w+)/.exec(part) ?? [];
    if (VARIABLES.has(name)) {
      return {
        what: "{{{ is no template",
        todo: `write {{ ${name} }}, with two braces on each side`,
        index,
        isCertain: true,
      };
    }
    const bare = part.replace(QUOTED, (quoted) => "_".repeat(quoted.length));
    const called = callIn(bare, index);
    if (called !== undefined) return called;
    // the engine takes any blank for one
    const odd = lookAlikesIn(bare).find(({ plain }) => plain !== " ");
    if (odd !== undefined) return oddSlip(odd, index + odd.index);
  }
  return undefined;
}

/** `event.toUpperCase()`: name and method are captured. */
const CALL = /\b(\w+)\.(\w+)\s*\(/;

function callIn(bare: string, from: number): TemplateSlip | undefined {
  const call = CALL.exec(bare);
  const [, name = "", method = ""] = call ?? [];
  if (call === null || !VARIABLES.has(name)) return undefined;
  const filter = filterMeant(method) ?? "upcase";
  const value = filter === "date" ? "date: '%Y-%m-%d'" : filter;
  const todo = `write a filter behind a |: {{ ${name} | ${value} }}`;
  return { what: "nothing can be called in a template", todo, index: from + call.index, isCertain: true };
}

const DATE = /\|\s*date\s*:\s*(["'])(.*?)\1/gs;
/** As many other programs write the parts of a date, the longest first, and Liquid's way. */
const PARTS_OF_OTHERS: readonly (readonly [string, string])[] = [
  ["YYYY", "%Y"],
  ["yyyy", "%Y"],
  ["MMMM", "%B"],
  ["MMM", "%b"],
  ["MM", "%m"],
  ["DD", "%d"],
  ["dd", "%d"],
  ["HH", "%H"],
  ["hh", "%I"],
  ["mm", "%M"],
  ["ss", "%S"],
  ["YY", "%y"],
];
const PART_OF_OTHERS = /YYYY|yyyy|(?<![A-Za-z])(?:MM|DD|dd|HH|YY)(?![A-Za-z])/;
const DIRECTIVE = /%[-_0^#:]*\d*[A-Za-z%]/g;

function dateOfOthers(text: string): TemplateSlip | undefined {
  for (const { 0: part, index: from } of text.matchAll(PUT_IN)) {
    for (const { 0: whole, 2: pattern = "", index } of part.matchAll(DATE)) {
      const place = from + index + whole.length - pattern.length - 1;
      // text for people may stand in it, but no sign of its own in another form
      const odd = lookAlikesIn(pattern).find(
        ({ plain, index: at }) => plain === "%" || pattern[at - 1] === "%" || isOddAscii(pattern),
      );
      if (odd !== undefined) return oddSlip(odd, place + odd.index);
      const rest = pattern.replace(DIRECTIVE, "");
      const isConstant = pattern !== "" && !pattern.includes("%");
      if (!isConstant && !PART_OF_OTHERS.test(rest)) continue;
      const what = PART_OF_OTHERS.test(rest)
        ? "the filter date knows no YYYY, MM or DD, and would write them letter by letter"
        : "without a % in its pattern the filter date makes the same text of every date";
      return { what, todo: `write '${inLiquid(pattern)}'`, index: place, isCertain: true };
    }
  }
  return undefined;
}

/** `YYYY-MM-DD` as `%Y-%m-%d`; an example for what is nothing of the kind. */
function inLiquid(pattern: string): string {
  const parts = new RegExp(PARTS_OF_OTHERS.map(([part]) => part).join("|"), "g");
  const known = new Map(PARTS_OF_OTHERS);
  const written = pattern.replace(parts, (part) => known.get(part) ?? part);
  return written.includes("%") ? written : "%Y-%m-%d";
}

/** Forms of other programs around the name of one of our variables; the name is captured. */
const OTHERS: readonly { readonly form: RegExp; readonly mayStandInText: boolean }[] = [
  { form: /(?<![{$#@])\{[ \t]{0,9}(\w+)[ \t]{0,9}(?:\|[^{}]*)?\}(?!\})/g, mayStandInText: true },
  { form: /(?<![{\w])\{?[ \t]{0,9}(\w+)[ \t]{0,9}\}\}/g, mayStandInText: true },
  { form: /%(\w+)%/g, mayStandInText: true },
  { form: /[#@]\{[ \t]{0,9}(\w+)[ \t]{0,9}\}/g, mayStandInText: true },
  { form: /<%=?[ \t]{0,9}(\w+)[ \t]{0,9}%>/g, mayStandInText: true },
  { form: /\[\[[ \t]{0,9}(\w+)[ \t]{0,9}\]\]/g, mayStandInText: true },
  { form: /\$(\w+)/g, mayStandInText: false },
  { form: /<[ \t]{0,9}(\w+)[ \t]{0,9}>/g, mayStandInText: false },
];

function bracesOfOthers(text: string): TemplateSlip | undefined {
  const outside = text.replace(PUT_IN, (part) => " ".repeat(part.length));
  for (const { form, mayStandInText } of OTHERS) {
    for (const { 0: whole, 1: name = "", index } of outside.matchAll(form)) {
      const isCertain = whole === text.trim();
      if (!VARIABLES.has(name) || (!isCertain && !mayStandInText)) continue;
      return {
        what: `“${straightened(whole)}” is text, and no template`,
        todo: `write {{ ${name} }}`,
        index,
        isCertain,
      };
    }
  }
  return undefined;
}

/** A comparison of a variable of which all values are known with a text; the name, the sign and the text are captured. */
const COMPARED = /\b(event|by_admin)\s*(==|!=)\s*(["'])([^"']*)\3/g;
const EVENTS = ["unsubscribed", "subscribed"];

/** `{% if event == "unsubscribe" %}`: a condition that holds for nobody, or for everybody. */
function neverSo(text: string): TemplateSlip | undefined {
  for (const { 0: part, index: from } of text.matchAll(PUT_IN)) {
    for (const { 0: whole, 1: name = "", 2: sign = "", 4: value = "", index } of part.matchAll(COMPARED)) {
      if (EVENTS.includes(value) && name === "event") continue;
      const place = from + index;
      if (name === "by_admin") {
        const todo = `write ${(value === "true") === (sign === "==") ? "{% if by_admin %}" : "{% unless by_admin %}"}`;
        return { what: "by_admin is true or false, and never a text", todo, index: place, isCertain: false };
      }
      const what = `an event is ${EVENTS.join(" or ")}, and nothing else`;
      const meant = nearest(value, EVENTS) ?? "unsubscribed";
      return { what, todo: `write ${whole.replace(value, meant)}`, index: place, isCertain: false };
    }
  }
  return undefined;
}
