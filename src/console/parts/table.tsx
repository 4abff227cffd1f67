/** @jsxImportSource preact */
/** A table with the titles of its columns. */
import type { ComponentChildren } from "preact";

interface TableProps {
  /** `false`: a column that this reader does not have. */
  readonly titles: readonly (string | false)[];
  /** Each row becomes a block of lines where there is little room. */
  readonly isWide?: boolean;
  /** The rows. */
  readonly children: ComponentChildren;
}

export function Table({ titles, isWide = false, children }: TableProps) {
  return (
    <table class={isWide ? "wide" : undefined}>
      <thead>
        <tr>{titles.map((title) => title !== false && <th scope="col">{title}</th>)}</tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
