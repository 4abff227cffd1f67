/** A file as text, with the digest of what was read. Whoever reads says how large it may be. */
import { readFileSync, statSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { ABSENT, digestOf, digestOfSize, isNoFile, LARGEST_DIGESTED } from "./digest.ts";

export type TextFile = { readonly digest: string } & (
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: "too large" | "not UTF-8" }
  | { readonly ok: false; readonly why: "unreadable"; readonly error: unknown }
);

/** The way out for a file that is not. */
export const SAVE_AS_UTF8 = "save it as UTF-8; PowerShell: Out-File -Encoding utf8";

/** Never rejects. A pipe is read to its end: `--config <(sops -d bridge.yaml)`. @param largest bytes */
export async function readTextFile(file: string, largest: number): Promise<TextFile> {
  try {
    const found = await stat(file);
    if (found.isFIFO()) return { ...textOf(await readFile(file), largest), digest: ABSENT };
    if (isNoFile(found)) throw new Error(NO_FILE);
    return unreadBySize(found.size, largest) ?? textOf(await readFile(file), largest);
  } catch (error) {
    return { ok: false, why: "unreadable", error, digest: ABSENT };
  }
}

/** The same for what is read in the midst of decoding; of a pipe nothing is read: whoever waits for it takes no callbacks. Never throws. */
export function readTextSync(file: string, largest: number): TextFile {
  try {
    const found = statSync(file);
    if (isNoFile(found)) throw new Error(NO_FILE);
    return unreadBySize(found.size, largest) ?? textOf(readFileSync(file), largest);
  } catch (error) {
    return { ok: false, why: "unreadable", error, digest: ABSENT };
  }
}

/** What is in a file. Rejects where there is none, or something that never ends. */
export async function contentOf(file: string): Promise<Buffer> {
  if (isNoFile(await stat(file))) throw new Error(NO_FILE);
  return readFile(file);
}

const NO_FILE = "it is a pipe or a device, and no file";

/** What is so large that not even its digest is wanted. */
function unreadBySize(size: number, largest: number): TextFile | undefined {
  const isHuge = size > Math.max(largest, LARGEST_DIGESTED);
  return isHuge ? { ok: false, why: "too large", digest: digestOfSize(size) } : undefined;
}

/** Without a byte order mark. */
function textOf(bytes: Uint8Array, largest: number): TextFile {
  const digest = bytes.length > LARGEST_DIGESTED ? digestOfSize(bytes.length) : digestOf(bytes);
  if (bytes.length > largest) return { ok: false, why: "too large", digest };
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // some editors end lines with a carriage return alone; places stay as they are
    return { ok: true, text: text.includes("\n") ? text : text.replaceAll("\r", "\n"), digest };
  } catch {
    return { ok: false, why: "not UTF-8", digest };
  }
}
