/** @jsxImportSource preact */
/** Ids, whole for programs and screen readers, cut in the middle where they are long; the browser's script offers to copy them. */

const WHOLE = 28;

/** Foreign text: it may be of any script, and 256 bytes long. */
export function Id({ id, href }: { id: string; href?: string }) {
  const letters = [...id];
  const isCut = letters.length > WHOLE;
  const text = (
    <bdi class="id" title={id} data-cut={isCut ? "" : undefined}>
      {isCut ? `${letters.slice(0, 14).join("")}…${letters.slice(-10).join("")}` : id}
    </bdi>
  );
  return href === undefined ? text : <a href={href}>{text}</a>;
}
