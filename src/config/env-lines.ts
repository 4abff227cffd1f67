/** Lines of `.env` that were meant to set a variable, and set none: other signs, or another program's form. Pure. */
import { type LookAlike, lookAlikeName, lookAlikesIn, plainWords, straightened } from "../basics/look-alikes.ts";
import { type Fault, faultOf } from "./faults/fault.ts";

/** A name, what stands around it, and the sign behind it; with look-alikes as what they are taken for. */
const MEANT = /^\s*((?:export\s+|set\s+|setx\s+|\$env:)?)([A-Za-z_]\w*)\s*(=|:)/i;
/** As it is read. */
const READ = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=/;

/** By the variable that was meant. */
export function strayLines(file: string, text: string): ReadonlyMap<string, Fault> {
  const found = new Map<string, Fault>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const [, set] = READ.exec(line) ?? [];
    if (set !== undefined) {
      // the last line counts, and this one is well
      found.delete(set);
      continue;
    }
    if (/^\s*[#＃]/.test(line)) continue;
    const [before = "", form = "", name = "", sign = ""] = MEANT.exec(straightened(line)) ?? [];
    if (name === "") continue;
    const [odd] = lookAlikesIn(line.slice(0, before.length + 2));
    const { what, todo } = odd === undefined ? otherForm(form, name, sign) : oddSign(odd, name);
    const place = { line: index + 1, column: (odd?.index ?? 0) + 1, source: `${line.slice(0, before.length)}…` };
    found.set(name, { ...faultOf(file, what, todo), ...place });
  }
  return found;
}

function oddSign(odd: LookAlike, name: string): Pick<Fault, "what" | "todo"> {
  const isSign = odd.plain === "=" || odd.plain === ":";
  const todo = isSign ? `type = in its place: ${name}=…` : plainWords(odd);
  return { what: `${lookAlikeName(odd)} stands here, and the line sets no variable`, todo };
}

function otherForm(form: string, name: string, sign: string): Pick<Fault, "what" | "todo"> {
  const why = form.trim() === "" && sign === ":" ? "a colon stands where = belongs" : "this is a line for a shell";
  return { what: `${why}, and the line sets no variable`, todo: `write ${name}=…` };
}
