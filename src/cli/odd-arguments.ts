/** Signs of another keyboard on the command line. What was typed is not shown: it may be anything. Pure. */
import { isOddAscii, lookAlikeName, lookAlikesIn, oddlyTyped, straightened } from "../basics/look-alikes.ts";

/** `—since`, as word processors write `--since`: never an option, and easily taken for a value. */
const DASHED = /^[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]{1,2}-?[A-Za-z][A-Za-z-]*$/;

/** Why no command can be meant by these arguments; undefined where one can. */
export function oddOption(args: readonly string[]): string | undefined {
  const option = args.find((arg) => DASHED.test(arg));
  const [dash] = lookAlikesIn(option ?? "");
  if (option === undefined || dash === undefined) return undefined;
  const name = straightened(option).replace(/^-+/, "");
  return `An option begins with - or --, and not with ${lookAlikeName(dash)}: type ${name.length === 1 ? "-" : "--"}${name}`;
}

/** For each argument in which one stands, where, and what to type. Names in other scripts are left alone. */
export function oddArguments(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (!isOddAscii(arg)) return [];
    const before = args[index - 1] ?? "";
    const place = /^--?[a-z-]+$/.test(before) ? `Behind ${before}` : `In argument ${index + 1}`;
    return [`${place}: ${oddlyTyped(arg)}, unless it is meant`];
  });
}
