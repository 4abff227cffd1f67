/** `.env`: variables by file, for what the environment itself does not set. Read with the YAML, and watched with it. */
import { parseEnv } from "node:util";
import type { Env } from "./decoding/variables.ts";
import type { Fault } from "./faults/fault.ts";
import { faultOf } from "./faults/fault.ts";
import { errorLine } from "./files/error-line.ts";
import { readTextSync, SAVE_AS_UTF8 } from "./files/read-text.ts";

/** Where the file is, and the variables that win over it. */
export interface EnvFile {
  /** Absolute. */
  readonly file: string;
  readonly real: Env;
}

export interface ReadEnvFile {
  readonly variables: Readonly<Record<string, string>>;
  readonly faults: readonly Fault[];
  /** Values that some readers would cut short, by variable. */
  readonly cut: ReadonlyMap<string, Fault>;
  readonly digest: string;
}

const NONE_CUT: ReadEnvFile["cut"] = new Map();

/** Never throws. One that is not there, or is a folder, is an empty one. */
export function readEnvFile(file: string): ReadEnvFile {
  const read = readTextSync(file, Number.POSITIVE_INFINITY);
  const { digest } = read;
  if (!read.ok && read.why === "unreadable") {
    return { variables: {}, faults: leftOut(file, read.error), cut: NONE_CUT, digest };
  }
  if (!read.ok || read.text.includes("\u0000")) {
    const faults = [faultOf(file, "the file is not text in UTF-8", SAVE_AS_UTF8)];
    return { variables: {}, faults, cut: NONE_CUT, digest };
  }
  return { variables: variablesIn(read.text), faults: [], cut: cutValues(file, read.text), digest };
}

/** An environment that notes in `used` which of its variables are asked for by name; listing their names is no use of them. */
export function noting(env: Env, used: Set<string>): Env {
  return new Proxy(env, {
    get(target, name) {
      if (typeof name === "string") used.add(name);
      return Reflect.get(target, name);
    },
  });
}

/**
 * What is to be said of values that some readers would cut short: nothing where the environment itself sets the variable, and no
 * error where no setting uses it. The file may be other programs' as well.
 */
export function cutFaults({ cut }: ReadEnvFile, real: Env, used: ReadonlySet<string>): Fault[] {
  const inForce = [...cut].filter(([name]) => real[name] === undefined);
  return inForce.map(([name, fault]) => ({ ...fault, severity: used.has(name) ? "error" : "warning" }));
}

function leftOut(file: string, error: unknown): Fault[] {
  if (/ENOENT|ENOTDIR|EISDIR/.test(String(Reflect.get(Object(error), "code")))) return [];
  const todo = "let the user who runs this read it, unless the environment has all that is in it";
  const fault = faultOf(file, `the file cannot be read, and is left out: ${errorLine(error)}`, todo);
  return [{ ...fault, severity: "warning" }];
}

function variablesIn(text: string): Readonly<Record<string, string>> {
  const entries = Object.entries(parseEnv(text)).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** Quoted values, which may have several lines, are passed over. */
const LINE = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:'[^']*'|"[^"]*"|`[^`]*`|([^\r\n]*))/gm;

/** `TOKEN=ab#cd`: some readers of such files end the value at the #, others do not. */
function cutValues(file: string, text: string): Map<string, Fault> {
  const cut = new Map<string, Fault>();
  for (const { 1: name = "", 2: value = "", index } of text.matchAll(LINE)) {
    // the last one counts
    cut.delete(name);
    if (!/^[^#]*[^\s#]#/.test(value)) continue;
    const what = `the value of ${name} has a # in it, which begins a comment`;
    const line = text.slice(0, index).split("\n").length;
    const place = { line, column: 1, source: `${name}=${"*".repeat(value.length)}` };
    cut.set(name, { ...faultOf(file, what, "put the value in quotes"), ...place });
  }
  return cut;
}
