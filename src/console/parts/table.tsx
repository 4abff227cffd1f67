/** @jsxImportSource preact */
/** A table with the titles of its columns. */
import type { ComponentChildren } from "preact";

interface TableProps {
  /** `false`: a column that this reader does not have. */
  readonly titles: readonly (string | NumberTitle | false)[];
  /** Each row becomes a block of lines where there is little room. */
  readonly isWide?: boolean;
  /** The rows. */
  readonly children: ComponentChildren;
}

/** Of a column of numbers, which stand at its right end. */
interface NumberTitle {
  readonly number: string;
}

export function Table({ titles, isWide = false, children }: TableProps) {
  return (
    <table class={isWide ? "wide" : undefined}>
      <thead>
        <tr>{titles.map((title) => title !== false && <Title of={title} />)}</tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function Title({ of }: { of: string | NumberTitle }) {
  if (typeof of === "string") return <th scope="col">{of}</th>;
  return (
    <th scope="col" class="number">
      {of.number}
    </th>
  );
}
