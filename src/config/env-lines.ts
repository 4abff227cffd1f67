/** Lines of `.env` that were meant to set a variable, and set none: other signs, or another program's form. Pure. */
import { type LookAlike, lookAlikeName, lookAlikesIn, plainWords, straightened } from "../basics/look-alikes.ts";
import { type Fault, faultOfFile } from "./faults/fault.ts";

/** A name, what stands around it, and the sign behind it; with look-alikes as what they are taken for. */
const MEANT = /^\s*((?:export\s+|set\s+|setx\s+|env\s+|declare\s+-x\s+|-\s+|\$env:)?)([A-Za-z_]\w*)\s*(=|:)/i;
/** Several words in front of the sign, or one word and no sign behind it. */
const PARTED = /^\s*(?:export\s+)?([A-Za-z_]\w*(?:[ \t]+\w+)+)\s*=/;
const UNSIGNED = /^\s*(?:export\s+)?([A-Za-z_]\w*)[ \t]+\S/;
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
      for (const { name, column } of secondNames(line)) {
        const place = { line: index + 1, column, source: `${set}=…` };
        found.set(name, { ...faultOfFile(file, SECOND.what, `write ${name}=… on a line of its own`), ...place });
      }
      continue;
    }
    if (/^\s*[#＃]/.test(line)) continue;
    const plain = straightened(line);
    const [before = "", form = "", name = "", sign = ""] = MEANT.exec(plain) ?? [];
    if (name === "") {
      for (const [each, words] of withBlanks(plain)) {
        const place = { line: index + 1, column: 1, source: `${each}…` };
        found.set(each, { ...faultOfFile(file, words.what, words.todo), ...place });
      }
      continue;
    }
    const [odd] = lookAlikesIn(line.slice(0, before.length + 2));
    const { what, todo } = odd === undefined ? otherForm(form, name, sign) : oddSign(odd, name);
    const place = { line: index + 1, column: (odd?.index ?? 0) + 1, source: `${line.slice(0, before.length)}…` };
    found.set(name, { ...faultOfFile(file, what, todo), ...place });
  }
  return found;
}

const SECOND = {
  what: "a second variable stands on the line of another one, and is a part of that one's value",
} as const;

/** `A=x B=y`, as shells take it: what stands behind the blank is no variable here, but a part of the first value. */
const SECOND_NAME = /[ \t]+(?:export[ \t]+)?([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)=(?=[^\s=])/g;

/** Names that stand behind the first one of a line that sets it; none of a comment. @returns columns from 1 */
export function secondNames(line: string): readonly { readonly name: string; readonly column: number }[] {
  const code = line.replace(/[ \t]#.*$/, "");
  const [first = ""] = READ.exec(code) ?? [];
  return [...code.slice(first.length).matchAll(SECOND_NAME)].map(({ 0: whole, 1: name = "", index }) => ({
    name,
    column: first.length + index + whole.length - name.length,
  }));
}

type Words = Pick<Fault, "what" | "todo">;

/** By each name that may be meant: only what a setting asks for is ever shown, since the rest may be a part of the value. */
function withBlanks(line: string): readonly (readonly [name: string, words: Words])[] {
  const [, parted] = PARTED.exec(line) ?? [];
  const names = parted === undefined ? [] : [parted.replaceAll(/\s+/g, "_"), parted.replaceAll(/\s+/g, "")];
  const [, unsigned] = UNSIGNED.exec(line) ?? [];
  return [
    ...(unsigned === undefined ? [] : [[unsigned, noSign(unsigned)] as const]),
    ...names.map((name) => [name, blankIn(name)] as const),
  ];
}

const blankIn = (name: string): Words => ({
  what: "a blank stands in the name, and the line sets no variable",
  todo: `write ${name}=…`,
});

const noSign = (name: string): Words => ({
  what: "no = stands behind the name, and the line sets no variable",
  todo: `write ${name}=…`,
});

function oddSign(odd: LookAlike, name: string): Words {
  const isSign = odd.plain === "=" || odd.plain === ":";
  const todo = isSign ? `type = in its place: ${name}=…` : plainWords(odd);
  return { what: `${lookAlikeName(odd)} stands here, and the line sets no variable`, todo };
}

function otherForm(form: string, name: string, sign: string): Words {
  const why =
    form.trim() === "" && sign === ":" ? "a colon stands where = belongs" : "this is a line for another program";
  return { what: `${why}, and the line sets no variable`, todo: `write ${name}=…` };
}
