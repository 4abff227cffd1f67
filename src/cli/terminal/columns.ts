/** How wide the columns of a table are, so that all of it fits, and which have no place in it. Pure. */

/** A column as it would like to be. All widths in columns of the terminal. */
export interface Wish {
  /** Of its longest text. */
  readonly natural: number;
  /** Below it nobody would understand it. */
  readonly least: number;
  /** Where there is not room for all, the one of the highest rank is left out; those of rank 0 never are. */
  readonly rank: number;
  /** It gets more than its least only when all others have what they want: any beginning of an id is as good as all of it. */
  readonly yields: boolean;
}

/** By column its width, 0 for one that is left out. @param gap between two columns */
export function fitColumns(wishes: readonly Wish[], width: number, gap: number): readonly number[] {
  const kept = keptOf(wishes, width, gap);
  const widths = wishes.map((wish) => (kept.includes(wish) ? least(wish) : 0));
  const spare = width - total(kept.map(least), gap);
  const grown = grow(
    widths,
    wishes.map((wish) => (kept.includes(wish) && !wish.yields ? wish.natural : 0)),
    spare,
  );
  return grow(
    grown.widths,
    wishes.map((wish) => (kept.includes(wish) ? wish.natural : 0)),
    grown.spare,
  ).widths;
}

const least = (wish: Wish): number => Math.min(wish.least, wish.natural);

function total(widths: readonly number[], gap: number): number {
  return widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
}

function keptOf(wishes: readonly Wish[], width: number, gap: number): readonly Wish[] {
  let kept = wishes;
  while (total(kept.map(least), gap) > width) {
    const highest = Math.max(...kept.map(({ rank }) => rank));
    if (highest <= 0) return kept;
    const last = kept.findLastIndex(({ rank }) => rank === highest);
    kept = kept.filter((_, index) => index !== last);
  }
  return kept;
}

/** Shares out what is spare among those that want more, the same to each. */
function grow(
  from: readonly number[],
  wanted: readonly number[],
  spare: number,
): { readonly widths: readonly number[]; readonly spare: number } {
  const widths = [...from];
  let left = Math.max(0, spare);
  for (;;) {
    const needy = widths.flatMap((width, index) => (width < (wanted[index] ?? 0) ? [index] : []));
    if (needy.length === 0 || left < 1) return { widths, spare: left };
    const share = Math.max(1, Math.floor(left / needy.length));
    for (const index of needy) {
      const more = Math.min(share, (wanted[index] ?? 0) - (widths[index] ?? 0), left);
      widths[index] = (widths[index] ?? 0) + more;
      left -= more;
    }
  }
}
