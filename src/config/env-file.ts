/** `.env`: variables by file, for what the environment itself does not set. Read with the YAML, and watched with it. */
import { parseEnv } from "node:util";
import { isCredentialName } from "../basics/credential-names.ts";
import { codeOf } from "../basics/error-code.ts";
import type { Env } from "./decoding/variables.ts";
import { secondNames, strayLines } from "./env-lines.ts";
import type { Fault } from "./faults/fault.ts";
import { faultOfFile } from "./faults/fault.ts";
import { fileErrorLine } from "./files/error-line.ts";
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
  /** Values of which a part may be lost, by variable. */
  readonly cut: ReadonlyMap<string, Cut>;
  /** Lines that set nothing, by the variable that they were meant for. */
  readonly stray: ReadonlyMap<string, Fault>;
  readonly digest: string;
}

interface Cut {
  readonly fault: Fault;
  /** True where it may be meant: of nobody's concern unless a setting uses the variable. */
  readonly isUsual: boolean;
  /** True where what is lost looks like a comment: worth a word only where the value is a credential. */
  readonly isComment: boolean;
}

const NOTHING: Pick<ReadEnvFile, "variables" | "cut" | "stray"> = { variables: {}, cut: new Map(), stray: new Map() };

/** Never throws. One that is not there, or is a folder, is an empty one. */
export function readEnvFile(file: string): ReadEnvFile {
  const read = readTextSync(file, Number.POSITIVE_INFINITY);
  const { digest } = read;
  if (!read.ok && read.why === "unreadable") {
    return { ...NOTHING, faults: leftOut(file, read.error), digest };
  }
  if (!read.ok || read.text.includes("\u0000")) {
    const faults = [faultOfFile(file, "the file is not text in UTF-8", SAVE_AS_UTF8)];
    return { ...NOTHING, faults, digest };
  }
  const text = inPlainForm(read.text);
  return {
    variables: variablesIn(text),
    faults: [],
    cut: cutValues(file, text),
    stray: strayLines(file, text),
    digest,
  };
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
 * What is to be said of values of which a part may be lost: nothing where the environment itself sets the variable, and no error
 * where no setting uses it. The file may be other programs' as well.
 * @param secrets values that are credentials of the configuration
 */
export function cutFaults(
  { cut, variables }: ReadEnvFile,
  real: Env,
  used: ReadonlySet<string>,
  secrets: readonly string[],
): Fault[] {
  const inForce = [...cut].filter(([name]) => real[name] === undefined);
  return inForce.flatMap(([name, { fault, isComment, isUsual }]): Fault[] => {
    if (isUsual && !used.has(name)) return [];
    if (!isComment) return [{ ...fault, severity: used.has(name) ? "error" : "warning" }];
    const isCredential = isCredentialName(name) || secrets.includes(variables[name] ?? "");
    return used.has(name) && isCredential ? [{ ...fault, severity: "warning" }] : [];
  });
}

/** Of lines that set nothing, where a setting uses the variable: a warning where one before sets it, to what may be the old value. */
export function strayFaults({ stray, variables }: ReadEnvFile, real: Env, used: ReadonlySet<string>): Fault[] {
  return [...stray].flatMap(([name, fault]): Fault[] => {
    if (!used.has(name) || real[name]) return [];
    return [variables[name] ? { ...fault, severity: "warning" } : fault];
  });
}

function leftOut(file: string, error: unknown): Fault[] {
  const code = codeOf(error);
  if (/ENOENT|ENOTDIR|EISDIR/.test(code)) return [];
  const way = /EACCES|EPERM/.test(code) ? "let the user who runs this read it" : "put a file in its place";
  const todo = `${way}, unless the environment has all that is in it`;
  const fault = faultOfFile(file, `the file cannot be read, and is left out: ${fileErrorLine(error)}`, todo);
  return [{ ...fault, severity: "warning" }];
}

/** An assignment, whose quoted value may have several lines; or one in another form, `NAME: value`. */
const ASSIGNMENT =
  /^([ \t]*(?:export[ \t]+)?)(?:([\w.-]+[ \t]*=[ \t]*(?:'[^']*'|"[^"]*"|`[^`]*`|[^\r\n]*))|([A-Za-z_]\w*[ \t]*):(?=[ \t]))/gm;

/** A colon, and a tab behind `export`, are read by the parser of one runtime, and not by that of the other. Places stay as they are. */
function inPlainForm(text: string): string {
  return text.replace(ASSIGNMENT, (_, before: string, plain: string | undefined, name: string | undefined) => {
    return before.replaceAll("\t", " ") + (plain ?? `${name}=`);
  });
}

function variablesIn(text: string): Readonly<Record<string, string>> {
  const entries = Object.entries(parseEnv(text)).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}

/** A quoted value may have several lines; then what stands behind it on its last. Or a value without quotes. */
const LINE = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:(?:'[^']*'|"[^"]*"|`[^`]*`)([^\r\n]*)|([^\r\n]*))/gm;

function cutValues(file: string, text: string): Map<string, Cut> {
  const cut = new Map<string, Cut>();
  for (const { 1: name = "", 2: behind = "", 3: value = "", index } of text.matchAll(LINE)) {
    // the last one counts
    cut.delete(name);
    const loss = lossIn(name, behind, value);
    if (loss === undefined) continue;
    const line = text.slice(0, index).split("\n").length;
    const place = { line, column: 1, source: `${name}=${"*".repeat(value.length)}` };
    const fault = { ...faultOfFile(file, loss.what, loss.todo), ...place };
    cut.set(name, { fault, isComment: loss.isComment ?? false, isUsual: loss.isUsual ?? false });
  }
  return cut;
}

interface Loss {
  readonly what: string;
  readonly todo: string;
  readonly isComment?: boolean;
  readonly isUsual?: boolean;
}

function lossIn(name: string, behind: string, value: string): Loss | undefined {
  // some readers of such files end the value at the #, others do not
  if (/^[^#]*[^\s#]#/.test(value)) {
    return { what: `the value of ${name} has a # in it, which begins a comment`, todo: "put the value in quotes" };
  }
  if (secondNames(`${name}=${value}${behind}`).length > 0) {
    const what = `another variable stands behind the value of ${name}, on the same line, and would be a part of it`;
    return {
      what,
      todo: "write each variable on a line of its own; a value that has blanks, in quotes",
      isUsual: true,
    };
  }
  if (/^(?:\S|\s+[^\s#])/.test(behind)) {
    const todo = "put the whole value between one pair of quotes, of a kind that is not in it";
    return { what: `the value of ${name} goes on behind its quotes, and would lose that`, todo };
  }
  // people write a blank behind the # of their comments
  if (!/^[^#]*\S[ \t]+#\S/.test(value)) return undefined;
  const what = `what stands behind the # in ${name} is a comment, and no part of the value`;
  return { what, todo: "put the whole value in quotes if it belongs to it", isComment: true };
}
