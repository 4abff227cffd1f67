/** Files like `.env` that are not read, and have what the configuration asks for: in another folder, or under another name. */
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseEnv } from "node:util";
import { oneOf } from "../basics/suggest.ts";
import { type Fault, faultOfFile } from "./faults/fault.ts";
import { readTextSync } from "./files/read-text.ts";

/** What `init` writes, and what editors and file managers make of the name. */
const OTHER_NAMES = [".env.example", ".env.txt", ".env.local", "env.txt"];

/** What was asked for, and what of it nobody has set. */
export interface AskedVariables {
  readonly used: ReadonlySet<string>;
  readonly missing: ReadonlySet<string>;
}

/**
 * Warnings, each at the file itself. One of the same name in the folder of the YAML is always told; those above it, or of other
 * names, only where they have what is missing.
 * @param envFile the one that is read, absolute
 * @param configFile the YAML file, absolute
 */
export function envElsewhere(envFile: string, configFile: string, { used, missing }: AskedVariables): Fault[] {
  const beside = join(dirname(configFile), ".env");
  const folders = [...new Set([dirname(configFile), dirname(envFile)])];
  const others = folders.flatMap((folder) => OTHER_NAMES.map((name) => join(folder, name)));
  const isRead = isThere(envFile);
  const above = join(dirname(dirname(configFile)), ".env");
  return [
    ...(isSame(beside, envFile) ? [] : warnOf(beside, used, envFile, isRead)),
    ...(isSame(above, envFile) ? [] : warnOf(above, missing, envFile, isRead)),
    ...others.flatMap((file) => warnOf(file, missing, envFile, isRead)),
  ];
}

function warnOf(file: string, wanted: ReadonlySet<string>, envFile: string, isRead: boolean): Fault[] {
  const names = namesSetIn(file).filter((name) => wanted.has(name));
  if (names.length === 0) return [];
  const what = `this file is not read, and it sets ${oneOf(names, "").replace(/ or (?=\S+$)/, " and ")}`;
  const todo = isRead
    ? `variables come from ${envFile}: put them there`
    : `variables come from ${envFile}, which is not there: copy this one to it`;
  return [{ ...faultOfFile(file, what, todo), severity: "warning" }];
}

/** Bytes. */
const LARGEST = 100_000;

function namesSetIn(file: string): string[] {
  const read = readTextSync(file, LARGEST);
  if (!read.ok || read.text.includes("\u0000")) return [];
  return Object.entries(parseEnv(read.text)).flatMap(([name, value]) => (value?.trim() ? [name] : []));
}

function isThere(file: string): boolean {
  return realOf(file) !== undefined;
}

function isSame(one: string, other: string): boolean {
  return one === other || (isThere(one) && realOf(one) === realOf(other));
}

function realOf(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
