/** What the template engine found, in a marketer's words. */
import { nearest, oneOf } from "../../basics/suggest.ts";
import { messageOf } from "../../basics/text.ts";
import { VARIABLES } from "./variables.ts";

export interface TemplateFault {
  readonly what: string;
  readonly todo: string;
  /** Where in the template's text, from 0. */
  readonly index: number;
}

/** What rendering throws: its message is for the ledger, its fault for the configuration. */
export class TemplateError extends Error {
  readonly fault: TemplateFault;
  /** It took too long, which another time, or on another machine, it may not. */
  readonly isSlow: boolean;
  constructor(fault: TemplateFault, isSlow = false) {
    super(fault.what);
    this.fault = fault;
    this.isSlow = isSlow;
  }
}

/** @param error what liquidjs threw, or the same in parts */
export function templateFault(error: unknown, source: string, filters: readonly string[]): TemplateFault {
  const { message, index } = partsOf(error, source);
  const [, variable] = /^undefined variable: (\S+)/.exec(message) ?? [];
  if (variable !== undefined) return { ...unknownVariable(variable), index };
  const [, filter] = /^undefined filter: (\S+)/.exec(message) ?? [];
  if (filter !== undefined) return unknownFilter(filter, filters, source, index);
  const [, tag] = /^tag "([^"]*)" not found/.exec(message) ?? [];
  if (tag !== undefined) {
    const isFile = ["include", "render", "layout", "block"].includes(tag);
    const todo = isFile ? "templates read no other files" : "write {{ … }} for a value, {% if … %} for a condition";
    return { what: `{% ${tag} %} is not possible in a template`, todo, index };
  }
  if (/limit exceeded/.test(message)) {
    return { what: "the template takes too much time or memory", todo: "make it simpler", index };
  }
  if (/^output .* not closed/.test(message)) return { what: "{{ is never closed", todo: "add }}", index };
  if (/^tag .* not closed/s.test(message)) {
    const [, name = "if"] = /\{%-?\s*(\w+)/.exec(source.slice(index)) ?? [];
    const isOpen = /%\} not closed/.test(message);
    return isOpen
      ? { what: `{% ${name} %} is never ended`, todo: `add {% end${name} %}`, index }
      : { what: "{% is never closed", todo: "add %}", index };
  }
  return { what: `the template is faulty (${message})`, todo: "compare it with the examples in the README", index };
}

function partsOf(error: unknown, source: string): { message: string; index: number } {
  const message = messageOf(error);
  const place = placeOf(error);
  return {
    message: firstLine(message).replace(/, line:\d+, col:\d+$/, ""),
    index: place === undefined ? 0 : indexOf(source, place),
  };
}

function firstLine(text: string): string {
  const [line = ""] = text.split("\n", 1);
  // the engine quotes the template in its message; the place says it better
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

/** Row and column, from 1, of a liquidjs error or of a variable's use. */
function placeOf(error: unknown): readonly [row: number, column: number] | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const { token, location } = error as {
    token?: { getPosition?: () => [number, number] };
    location?: { row: number; col: number };
  };
  return location === undefined ? token?.getPosition?.() : [location.row, location.col];
}

function indexOf(source: string, [row, column]: readonly [row: number, column: number]): number {
  const lines = source.split("\n").slice(0, row - 1);
  return lines.reduce((sum, line) => sum + line.length + 1, 0) + column - 1;
}

function unknownVariable(variable: string): Pick<TemplateFault, "what" | "todo"> {
  const [root = ""] = variable.split(/[.[]/, 1);
  const what = `unknown variable "${variable}"`;
  if (VARIABLES.has(root)) return { what, todo: `${root} has no parts: write {{ ${root} }}` };
  const near = nearest(root, VARIABLES.keys());
  const todo = near === undefined ? `possible: ${[...VARIABLES.keys()].join(", ")}` : `did you mean {{ ${near} }}?`;
  return { what, todo };
}

function unknownFilter(filter: string, filters: readonly string[], source: string, from: number): TemplateFault {
  const near = nearest(filter, filters);
  const bar = new RegExp(`\\|\\s*(?=${filter.replace(/\W/g, "\\$&")})`, "g");
  bar.lastIndex = from;
  const match = bar.exec(source);
  const useful = ["date", "upcase", "downcase", "default", "append"];
  const todo = near === undefined ? `often used: ${oneOf(useful)}` : `did you mean "${near}"?`;
  return { what: `unknown filter "${filter}"`, todo, index: match === null ? from : match.index + match[0].length };
}
