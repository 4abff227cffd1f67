/** Brackets in a file that nobody can parse: which are open, and where one would be closed that is not. Pure. */
import { bareLine, VALUE_START } from "./bare-line.ts";

const CLOSERS: Readonly<Record<string, string>> = { "[": "]", "{": "}" };

/** What would close those that are open at an offset, the innermost last. */
export function openAt(text: string, offset: number): readonly string[] {
  return scan(text, offset).open;
}

/** Behind what stands before `until`, if that is where this closing bracket is missing: undefined where another would have to come first. */
export function closingPlace(text: string, closer: string, until: number): number | undefined {
  const { open, behind } = scan(text, until);
  return open.at(-1) === closer ? behind : undefined;
}

function scan(text: string, until: number): { readonly open: readonly string[]; readonly behind: number } {
  const open: string[] = [];
  let behind = 0;
  let lineStart = 0;
  for (const line of text.split("\n")) {
    if (lineStart >= until) break;
    const bare = bareLine(line).bare.slice(0, until - lineStart);
    for (const [at, character] of bare.split("").entries()) {
      const closed = CLOSERS[character];
      if (closed !== undefined && (open.length > 0 || VALUE_START.test(bare.slice(0, at)))) open.push(closed);
      if (open.at(-1) === character) open.pop();
    }
    if (bare.trim() !== "") behind = lineStart + bare.trimEnd().length;
    lineStart += line.length + 1;
  }
  return { open, behind };
}
