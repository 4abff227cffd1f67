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
  const place = { source, index, filters };
  for (const [form, words] of WORDS) {
    const match = form.exec(message);
    if (match !== null) return { index, ...words(match, place) };
  }
  const what = `the template is faulty; its engine says “${message}”`;
  return { what, todo: "compare it with the examples in the README", index };
}

interface Place {
  readonly source: string;
  readonly index: number;
  /** Names of filters that there are. */
  readonly filters: readonly string[];
}

/** The index only where it is another than the engine's. */
type Said = Pick<TemplateFault, "what" | "todo"> & Partial<Pick<TemplateFault, "index">>;
type Words = (match: RegExpExecArray, place: Place) => Said;

const always =
  (what: string, todo: string): Words =>
  () => ({ what, todo });

const COMPARE = '{{ user_id | append: "-chat" }}';

/** Every sentence that the engine has for what is wrong in a template without files. */
const WORDS: readonly (readonly [form: RegExp, words: Words])[] = [
  [/^undefined variable: (\S+)/, ([, variable = ""]) => unknownVariable(variable)],
  [
    /^undefined filter: (\S+)/,
    ([, filter = ""], { filters, source, index }) => unknownFilter(filter, filters, source, index),
  ],
  [/^tag "([^"]*)" not found/, ([, tag = ""]) => unknownTag(tag)],
  [/limit exceeded/, always("the template takes too much time or memory", "make it simpler")],
  [/^output .* not closed/s, always("{{ is never closed", "add }}")],
  [/^(?:tag|raw) .* not closed/s, ([message], place) => openTag(message, place)],
  [
    /tag name expected|^illegal liquid tag/,
    always("behind {% no tag is named", "write {% if … %} for a condition, {{ … }} for a value"),
  ],
  [/^invalid value expression: (.*)/s, ([, found = ""]) => noValue(found)],
  [
    /^expected "\|" before filter/,
    always("between a value and its filter a | is missing", `write for example ${COMPARE}`),
  ],
  [/^expected filter name/, always("behind a | no filter is named", `write for example ${COMPARE}, or remove the |`)],
  [
    /^expected ":" after filter name/,
    always("between a filter and its value a : is missing", `write for example ${COMPARE}`),
  ],
  [
    /^unexpected character/,
    (_, { source, index }) => {
      const isDate = /^[^}]*\|\s*date\s*:\s*%/.test(source.slice(source.lastIndexOf("{{", index)));
      const todo = isDate ? "{{ event_time | date: '%Y-%m-%d' }}" : COMPARE;
      return { what: "a text stands behind a filter without quotes", todo: `put it in quotes: ${todo}` };
    },
  ],
  [/^unexpected token .* value expected/s, always("a value is missing here", "write a variable, or a text in quotes")],
  [
    /^(append|prepend) expect 2 arguments/,
    ([, filter = ""]) => ({ what: `the filter ${filter} needs a text`, todo: `write {{ user_id | ${filter}: "…" }}` }),
  ],
  [/^\[ not closed/, always("[ is never closed", "add ]")],
  [/^invalid range syntax/, always("a range is written otherwise", "write (1..3)")],
  [/^unbalanced parentheses/, always("a parenthesis is never closed", "add )")],
  [/^invalid base64/, always("the filter base64_decode wants a text in base64", "leave it out")],
  [
    /^expected variable name|^expected "="/,
    always("{% assign %} is written otherwise", "write {% assign name = value %}"),
  ],
  [/^invalid capture name/, always("{% capture %} is written otherwise", "write {% capture name %}…{% endcapture %}")],
  [
    /^illegal tag: (?:\{%-?\s*(\w+))?/,
    ([, tag = "for"]) => ({
      what: `{% ${tag} %} is written otherwise`,
      todo: "write {% for one in list %}…{% endfor %}",
    }),
  ],
  [/^empty candidates/, always("{% cycle %} has nothing to choose from", 'write {% cycle "a", "b" %}')],
  [
    /^unexpected elsif after else|^duplicated else/,
    always("behind {% else %} nothing but {% endif %} can come", "put it before, or remove it"),
  ],
  [
    /^every line of an inline comment/,
    always("a comment in {% # %} has a line without a #", "begin each of its lines with #"),
  ],
];

function unknownTag(tag: string): Said {
  const isFile = ["include", "render", "layout", "block"].includes(tag);
  const todo = isFile ? "templates read no other files" : "write {{ … }} for a value, {% if … %} for a condition";
  return { what: `{% ${tag} %} is not possible in a template`, todo };
}

function openTag(message: string, { source, index }: Place): Said {
  const [, name = "if"] = /\{%-?\s*(\w+)/.exec(source.slice(index)) ?? [];
  const isOpen = /%\} not closed|^raw/.test(message);
  return isOpen
    ? { what: `{% ${name} %} is never ended`, todo: `add {% end${name} %}` }
    : { what: "{% is never closed", todo: "add %}" };
}

/** @param found what the engine quotes of the place where it wanted a value */
function noValue(found: string): Said {
  const todo = "write a variable, such as {{ user_id }}, or a text in quotes";
  if (found.replace(/"/g, "").trim() === "") return { what: "nothing stands between {{ and }}", todo };
  return { what: "what stands between {{ and }} is no value", todo };
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

function unknownVariable(variable: string): Said {
  const [root = ""] = variable.split(/[.[]/, 1);
  const what = `unknown variable "${variable}"`;
  if (VARIABLES.has(root)) return { what, todo: `${root} has no parts: write {{ ${root} }}` };
  const near = nearest(root, VARIABLES.keys());
  const todo = near === undefined ? `possible: ${[...VARIABLES.keys()].join(", ")}` : `did you mean {{ ${near} }}?`;
  return { what, todo };
}

function unknownFilter(filter: string, filters: readonly string[], source: string, from: number): Said {
  const near = nearest(filter, filters);
  const bar = new RegExp(`\\|\\s*(?=${filter.replace(/\W/g, "\\$&")})`, "g");
  bar.lastIndex = from;
  const match = bar.exec(source);
  const useful = ["date", "upcase", "downcase", "default", "append"];
  const todo = near === undefined ? `often used: ${oneOf(useful)}` : `did you mean "${near}"?`;
  return { what: `unknown filter "${filter}"`, todo, index: match === null ? from : match.index + match[0].length };
}
