/** How two texts differ, line by line. Pure. */

export interface DifferenceLine {
  /** `…`: lines that are alike are left out here. */
  readonly mark: "-" | "+" | " " | "…";
  readonly text: string;
}

/** Lines that are alike are shown beside others, so many. */
const AROUND = 2;
/** Comparing each line with each costs as much; beyond it all are told as others. */
const MOST_PAIRS = 1_000_000;

export function lineDifference(before: string, after: string): readonly DifferenceLine[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const head = commonLength(old, fresh);
  const tail = commonLength(old.slice(head).reverse(), fresh.slice(head).reverse());
  const middle = differenceOf(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail));
  const same = (lines: readonly string[]) => lines.map((text) => ({ mark: " ", text }) as const);
  return cut([...same(old.slice(0, head)), ...middle, ...same(old.slice(old.length - tail))]);
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  const end = one.findIndex((line, index) => line !== other[index]);
  return end === -1 ? one.length : end;
}

/** By the longest list of lines that both have in this order. */
function differenceOf(old: readonly string[], fresh: readonly string[]): readonly DifferenceLine[] {
  const gone = (text: string) => ({ mark: "-", text }) as const;
  const come = (text: string) => ({ mark: "+", text }) as const;
  if (old.length * fresh.length > MOST_PAIRS) return [...old.map(gone), ...fresh.map(come)];
  const common = commonTable(old, fresh);
  const lines: DifferenceLine[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < fresh.length) {
    const [left = "", right = ""] = [old[a], fresh[b]];
    if (a < old.length && b < fresh.length && left === right) {
      lines.push({ mark: " ", text: left });
      a += 1;
      b += 1;
    } else if (b >= fresh.length || (a < old.length && common(a + 1, b) >= common(a, b + 1))) {
      lines.push(gone(left));
      a += 1;
    } else {
      lines.push(come(right));
      b += 1;
    }
  }
  return lines;
}

/** How many lines the rests of both have in common, from these on. */
function commonTable(old: readonly string[], fresh: readonly string[]): (a: number, b: number) => number {
  const width = fresh.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  const at = (a: number, b: number) => table[a * width + b] ?? 0;
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = fresh.length - 1; b >= 0; b -= 1) {
      table[a * width + b] = old[a] === fresh[b] ? at(a + 1, b + 1) + 1 : Math.max(at(a + 1, b), at(a, b + 1));
    }
  }
  return at;
}

function cut(lines: readonly DifferenceLine[]): readonly DifferenceLine[] {
  const isNear = (index: number) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ mark }) => mark !== " ");
  const shown: DifferenceLine[] = [];
  for (const [index, line] of lines.entries()) {
    if (isNear(index)) shown.push(line);
    else if (shown.at(-1)?.mark !== "…") shown.push({ mark: "…", text: "" });
  }
  return shown;
}
