/** Templates that YAML could not read, since they stand there without quotes. Pure. */
import { VARIABLES } from "../templates/variables.ts";
import { bareLine, VALUE_START } from "./bare-line.ts";
import { quotingMend } from "./mending.ts";
import type { RawFault } from "./raw-fault.ts";
import type { FoundByParser } from "./yaml-lines.ts";

/** Undefined where nothing on the line, or left open on the one before it, looks like one. */
export function unquotedTemplate(found: FoundByParser): RawFault | undefined {
  const { line, lineStart, offset, text } = found;
  const named = /^%(\w+)%/.exec(line.slice(offset - lineStart))?.[1];
  if (named !== undefined && VARIABLES.has(named)) {
    const todo = `write "{{ ${named} }}", in quotes`;
    return { offset, what: `%${named}% is no template`, todo, mend: quotingMend(text, offset) };
  }
  const before = text.slice(0, lineStart).trimEnd();
  const startBefore = before.lastIndexOf("\n") + 1;
  const open = onLine(before.slice(startBefore), startBefore);
  const there = onLine(line, lineStart);
  if (there === undefined) return open?.isOpen ? open : undefined;
  return there.isStart ? { ...there, mend: quotingMend(text, there.offset) } : there;
}

function onLine(
  line: string,
  lineStart: number,
): (RawFault & { readonly isOpen?: true; readonly isStart?: boolean }) | undefined {
  const { bare } = bareLine(line);
  const at = bare.indexOf("{{");
  if (at === -1) return undefined;
  const offset = lineStart + at;
  const example = quotedTemplate(bare.slice(at));
  const isOpen = !bare.includes("}}", at);
  if (isOpen) return { offset, what: "{{ is never closed", todo: `write ${example}, in quotes`, isOpen };
  const isStart = VALUE_START.test(bare.slice(0, at));
  const what = isStart ? "a value that begins with {{ needs quotes" : "a value with {{ in it needs quotes here";
  return { offset, what, todo: `put the whole value in quotes: ${example}`, isStart };
}

/** @param text begins with the braces */
export function quotedTemplate(text: string): string {
  const [, name = ""] = /^\{\{\s*(\w+)/.exec(text) ?? [];
  return `"{{ ${VARIABLES.has(name) ? name : "user_id"} }}"`;
}
