/** How schemas read in messages, in the docs and in editors: examples and defaults as one would write them in YAML. */
import type { TSchema } from "@sinclair/typebox";
import { oneOf } from "../../basics/suggest.ts";
import type { Rate } from "../../connector.ts";
import { type Setting, settingOf } from "./setting.ts";
import { formatDuration, formatRate, formatShare, formatSize } from "./units.ts";

const FORMS = { duration: "30s", size: "64KiB", rate: "10/s", share: "5%" } as const;

/** A value in the program's units as YAML would say it. */
export function asWritten(schema: TSchema, value: unknown): unknown {
  const setting = settingOf(schema);
  if (setting.tag === "duration" && typeof value === "number") return formatDuration(value);
  if (setting.tag === "size" && typeof value === "number") return formatSize(value);
  if (setting.tag === "share" && typeof value === "number") return formatShare(value);
  if (setting.tag === "rate" && isRate(value)) return formatRate(value);
  if (setting.tag === "choice" && typeof value === "number") {
    const unit = setting.branches.find((branch) => typeof branch.unit === "string");
    return unit === undefined ? value : asWritten(unit, value);
  }
  if (setting.tag === "choice" && isMap(value)) {
    const block = setting.branches.find((branch) => settingOf(branch).tag === "block");
    return block === undefined ? value : asWritten(block, value);
  }
  if (setting.tag === "block" && isMap(value)) {
    const { properties } = setting;
    const written = (name: string, part: unknown) => {
      const inner = properties.get(name);
      return inner === undefined ? part : asWritten(inner, part);
    };
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, written(name, part)]));
  }
  return value;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isRate(value: unknown): value is Rate {
  return typeof value === "object" && value !== null && "requests" in value && "perMs" in value;
}

/**
 * ` value`, ready to stand behind a colon; ` …` where the schema gives no example. Of a block, what has no default.
 * @param isInside as of `flow`
 */
export function exampleOf(schema: TSchema, isInside = false): string {
  const examples: unknown = schema.examples;
  const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
  const given = example ?? asWritten(schema, schema.default);
  if (given !== undefined) return ` ${flow(given, isInside)}`;
  const setting = settingOf(schema);
  if (setting.tag === "list") return ` [${exampleOf(setting.items, true).trim()}]`;
  if (setting.tag === "block") {
    const needed = [...setting.properties].filter(([, part]) => part.default === undefined);
    const parts = needed.map(([name, part]) => `${name}:${exampleOf(part, true)}`);
    return parts.length <= 3 ? ` { ${parts.join(", ")} }` : " …";
  }
  if (isMeasure(setting)) return ` ${FORMS[setting.tag]}`;
  return " …";
}

/** What to write, by an example or, where the schema gives none, in words. */
export function exampleWords(schema: TSchema): string {
  const example = exampleOf(schema);
  return example === " …" ? `write ${wordOf(schema)}` : `write for example${example}`;
}

function isMeasure(setting: Setting): setting is Extract<Setting, { readonly tag: keyof typeof FORMS }> {
  return setting.tag in FORMS;
}

/**
 * YAML on one line.
 * @param isInside whether it stands in brackets or braces, where a variable needs quotes
 */
export function flow(value: unknown, isInside = false): string {
  if (typeof value === "string") return needsQuotes(value, isInside) ? inQuotes(value) : value;
  if (Array.isArray(value)) return `[${value.map((item) => flow(item, true)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${flow(key, true)}: ${flow(item, true)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

function inQuotes(text: string): string {
  return text.includes('"') && !/['\n\\]/.test(text) ? `'${text}'` : JSON.stringify(text);
}

function needsQuotes(text: string, isInside: boolean): boolean {
  if (/^\$\{[A-Z_]+\}$/.test(text)) return isInside;
  return (
    text === "" ||
    /^(true|false|null|~|[-+.\d].*[^\w:/.-].*|[\d.]+)$/i.test(text) ||
    /^[\s@`%&*!|>'"#?,[\]{}-]|[{}[\],]|: |:$| #|\s$/.test(text)
  );
}

/** `a duration`, `"us" or "eu"`, `a list` … */
export function wordOf(schema: TSchema): string {
  const setting = settingOf(schema);
  switch (setting.tag) {
    case "block":
    case "record":
      return "a block of settings";
    case "list":
      return "a list";
    case "choice":
      return setting.branches.map(wordOf).join(" or ");
    case "literal":
      return oneOf([String(setting.value)]);
    case "duration":
    case "size":
    case "rate":
    case "share":
    case "number":
      return `a ${setting.tag}`;
    case "integer":
      return "a whole number";
    case "boolean":
      return "true or false";
    case "secret":
    case "text":
    case "template":
      return "a text";
    default:
      return "a value";
  }
}
