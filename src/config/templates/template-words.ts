/** Sentences of the template engine, in a marketer's words: a closed table. Pure. */
import { nearest, oneOf } from "../../basics/suggest.ts";
import { filterMeant } from "./filters-of-others.ts";
import { VARIABLES } from "./variables.ts";

/** Where the engine found it, and what it knows. */
export interface TemplatePlace {
  readonly source: string;
  readonly index: number;
  /** Names of filters that there are. */
  readonly filters: readonly string[];
}

/** What to say of it; the index only where it is another than the engine's. */
export interface Said {
  readonly what: string;
  readonly todo: string;
  readonly index?: number;
}

type Words = (match: RegExpExecArray, place: TemplatePlace) => Said;

const always =
  (what: string, todo: string): Words =>
  () => ({ what, todo });

/** What nobody has words for is quoted behind ours. */
export function templateWords(message: string, place: TemplatePlace): Said {
  for (const [form, words] of WORDS) {
    const match = form.exec(message);
    if (match !== null) return words(match, place);
  }
  const what = `the template is faulty; its engine says “${message}”`;
  return { what, todo: "compare it with the examples in the README" };
}

const COMPARE = '{{ user_id | append: "-chat" }}';

/** Every sentence that the engine has for what is wrong in a template without files. */
const WORDS: readonly (readonly [form: RegExp, words: Words])[] = [
  [/^undefined variable: (\S+)/, ([, variable = ""], { filters }) => unknownVariable(variable, filters)],
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
  [/^invalid value expression: (.*)/s, ([, found = ""], place) => noValue(found, tagAround(place))],
  [/^expected "\|" before filter/, (_, place) => noFilter(tagAround(place))],
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

/** Inside of which tag it was found; undefined inside of `{{ }}`. */
function tagAround({ source, index }: TemplatePlace): string | undefined {
  const before = source.slice(0, index + 2);
  const open = before.lastIndexOf("{%");
  if (open < before.lastIndexOf("{{")) return undefined;
  return /^\{%-?\s*(\w+)/.exec(source.slice(open))?.[1];
}

function noFilter(tag: string | undefined): Said {
  if (tag === undefined) {
    return { what: "between a value and its filter a | is missing", todo: `write for example ${COMPARE}` };
  }
  const todo = 'compare with ==, and join with and or or: {% if event == "subscribed" and by_admin %}';
  return { what: `what stands behind {% ${tag} is no condition`, todo };
}

/** What ends a block, or goes on with it. */
const PARTS = /^(?:end(\w+)|else|elsif|when)$/;

function unknownTag(tag: string): Said {
  const part = PARTS.exec(tag);
  if (part !== null) {
    const begin = part[1] ?? (tag === "when" ? "case" : "if");
    return { what: `{% ${tag} %} belongs to nothing`, todo: `remove it, or begin with {% ${begin} … %}` };
  }
  if (/^(?:elif|elseif|else_if)$/.test(tag)) {
    return { what: `{% ${tag} %} is written otherwise`, todo: "write {% elsif … %}" };
  }
  const isFile = ["include", "render", "layout", "block"].includes(tag);
  const todo = isFile ? "templates read no other files" : "write {{ … }} for a value, {% if … %} for a condition";
  return { what: `{% ${tag} %} is not possible in a template`, todo };
}

function openTag(message: string, { source, index }: TemplatePlace): Said {
  const isRaw = message.startsWith("raw");
  const [, name = "if"] = isRaw ? ["", "raw"] : (/\{%-?\s*(\w+)/.exec(source.slice(index)) ?? []);
  const isOpen = isRaw || /%\} not closed/.test(message);
  return isOpen
    ? { what: `{% ${name} %} is never ended`, todo: `add {% end${name} %}` }
    : { what: "{% is never closed", todo: "add %}" };
}

/** @param found what the engine quotes of the place where it wanted a value */
function noValue(found: string, tag: string | undefined): Said {
  if (tag !== undefined)
    return { what: `behind {% ${tag} a value is missing`, todo: `write for example {% ${tag} by_admin %}` };
  const todo = "write a variable, such as {{ user_id }}, or a text in quotes";
  if (found.replace(/"/g, "").trim() === "") return { what: "nothing stands between {{ and }}", todo };
  return { what: "what stands between {{ and }} is no value", todo };
}

/** What programs call the same. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ...["user", "uid", "openid", "userid", "identifier", "to_account"].map((name) => [name, "user_id"] as const),
  ...["account", "channel"].map((name) => [name, "official_account"] as const),
  ...["time", "timestamp", "date", "occurred_at", "unsubscribed_at"].map((name) => [name, "event_time"] as const),
  ...["now", "today"].map((name) => [name, "received_at"] as const),
  ...["status", "action", "kind", "event_type", "event_name"].map((name) => [name, "event"] as const),
  ...["app", "sdkappid", "sdk_app_id"].map((name) => [name, "app_id"] as const),
  ...["ip", "device", "os"].map((name) => [name, name === "ip" ? "client_ip" : "platform"] as const),
]);

function unknownVariable(variable: string, filters: readonly string[]): Said {
  const [root = ""] = variable.split(/[.[]/, 1);
  if (filters.includes(root) && !VARIABLES.has(root)) {
    return { what: `"${root}" is a filter, and no variable`, todo: `write | before it: {{ user_id | ${root} }}` };
  }
  const what = `unknown variable "${variable}"`;
  const [, part = ""] = /^\w+\.(\w+)$/.exec(variable) ?? [];
  const inner = VARIABLES.has(part) ? part : OTHER_NAMES.get(part);
  // "event.user_id": as others nest what is flat here
  if (inner !== undefined && inner !== root) return { what, todo: `write {{ ${inner} }}` };
  if (VARIABLES.has(root)) return { what, todo: `${root} has no parts: write {{ ${root} }}` };
  // "event_type" is near to "event_time", and means something else
  const near = OTHER_NAMES.get(root.toLowerCase()) ?? nearest(root, VARIABLES.keys());
  const todo = near === undefined ? `possible: ${[...VARIABLES.keys()].join(", ")}` : `did you mean {{ ${near} }}?`;
  return { what, todo };
}

function unknownFilter(filter: string, filters: readonly string[], source: string, from: number): Said {
  const other = filterMeant(filter);
  const near = other !== undefined && filters.includes(other) ? other : nearest(filter, filters);
  const bar = new RegExp(`\\|\\s*(?=${filter.replace(/\W/g, "\\$&")})`, "g");
  bar.lastIndex = from;
  const match = bar.exec(source);
  const useful = ["date", "upcase", "downcase", "default", "append"];
  const todo = near === undefined ? `often used: ${oneOf(useful)}` : `did you mean "${near}"?`;
  return { what: `unknown filter "${filter}"`, todo, index: match === null ? from : match.index + match[0].length };
}
