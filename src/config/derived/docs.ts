/** The tables of settings in the READMEs of the connector types, from the one schema. */
import type { TSchema } from "@sinclair/typebox";
import { mayBeLeftOut, settingOf } from "../settings/setting.ts";
import { asWritten, flow } from "../settings/words.ts";

const BEGIN = "<!-- settings:begin -->";
const END = "<!-- settings:end -->";

/** The document with a fresh table between its markers; undefined when it has none. */
export function withSettings(document: string, properties: ReadonlyMap<string, TSchema>): string | undefined {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) return undefined;
  return `${document.slice(0, begin + BEGIN.length)}\n${settingsTable(properties)}\n${document.slice(end)}`;
}

const HEADINGS = ["Setting", "What it says", "Unless set", "Example"];

/** A Markdown table, its columns aligned as the formatter wants them; settings inside of blocks by their dotted names. */
export function settingsTable(properties: ReadonlyMap<string, TSchema>): string {
  const rows = [HEADINGS, ...rowsOf(properties, "")];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width)).join(" | ")} |`;
  const [head = "", ...body] = rows.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}

function rowsOf(properties: ReadonlyMap<string, TSchema>, prefix: string): string[][] {
  return [...properties].flatMap(([name, schema]) => {
    const setting = settingOf(schema);
    if (setting.tag === "block") return rowsOf(setting.properties, `${prefix}${name}.`);
    const { description = "", examples } = schema as { description?: string; examples?: unknown };
    const example: unknown = Array.isArray(examples) ? examples[0] : undefined;
    const secret = isSecret(schema) ? " A secret: `${NAME}` or `{ file: path }`." : "";
    return [
      [
        code(prefix + name),
        cell(description) + secret,
        unlessSet(schema),
        example === undefined ? "" : code(flow(example)),
      ],
    ];
  });
}

function unlessSet(schema: TSchema): string {
  if (schema.default !== undefined) return code(flow(asWritten(schema, schema.default)));
  return mayBeLeftOut(schema) ? "" : "**required**";
}

function isSecret(schema: TSchema): boolean {
  const setting = settingOf(schema);
  return setting.tag === "secret" || (setting.tag === "choice" && setting.branches.some(isSecret));
}

function code(text: string): string {
  const fence = text.includes("`") ? "``" : "`";
  return `${fence}${cell(text)}${fence}`;
}

/** A bar would end the cell, a line break the table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
