/**
 * `check --fix`: settings under their old names are given their new ones in the file. No operation: it touches a text that stands
 * beside the command line, and no store.
 */
import { resolve } from "node:path";
import { type Change, type Rewritten, rewriteOutdated } from "../../config/deprecated/rewrite.ts";
import { DEPRECATED } from "../../config/deprecated/table.ts";
import { readTextFile } from "../../config/files/read-text.ts";
import { replaceText } from "../../config/files/replace.ts";
import { LARGEST_BYTES } from "../../config/load.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { EXIT } from "../io.ts";

export type Fixed = Pick<Rewritten, "done" | "left">;

/** What cannot be read or parsed is left to whoever loads it. */
export async function fixOutdated({ io, configFile }: Cli): Promise<Fixed> {
  const file = resolve(io.cwd, configFile());
  const read = await readTextFile(file, LARGEST_BYTES);
  if (!read.ok) return { done: [], left: [] };
  const { text, ...fixed } = rewriteOutdated(read.text, io.deprecated ?? DEPRECATED);
  try {
    if (fixed.done.length > 0) await replaceText(file, text);
  } catch (error) {
    const way = "let this user write it and its folder, or change it by hand as `check` says";
    throw new CommandEnd(`${configFile()} cannot be rewritten: ${errorLine(error)}; ${way}`, EXIT.notWell);
  }
  return fixed;
}

export function showFixed({ say, paint, configFile }: Cli, { done, left }: Fixed): void {
  for (const change of done) say(`${paint.green("✓")} ${configFile()} ${change.path} ${becameWords(change)}`);
  for (const { path } of left) say(`${paint.yellow("!")} ${configFile()} ${path}: change it by hand, as said with it`);
  if (done.length + left.length === 0) say(`${configFile()}: nothing to rewrite`);
}

const becameWords = ({ to }: Change): string => (to === null ? "is taken out" : `is now "${to}"`);
