/** Words for connector types, as somebody has typed them. Pure. */
import { straightened } from "../basics/look-alikes.ts";
import { nearest } from "../basics/suggest.ts";
import { shown } from "../basics/text.ts";

/** A right answer, or what is wrong with it. */
export type TypedAnswer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** `hubspot, Segment`: each once, as the YAML has them. */
export function readTypes(text: string, known: readonly string[]): TypedAnswer<readonly string[]> {
  const typed = straightened(text)
    .toLowerCase()
    .split(/[\s,]+/);
  const words = [...new Set(typed)].filter((word) => word !== "");
  if (words.length === 0) return { ok: false, why: `name at least one of ${known.join(", ")}` };
  const unknown = words.find((word) => !known.includes(word));
  if (unknown === undefined) return { ok: true, value: words };
  const near = nearest(unknown, known);
  const todo = near === undefined ? `possible: ${known.join(", ")}` : `did you mean "${near}"?`;
  return { ok: false, why: `"${shown(unknown, 64)}" is not known; ${todo}` };
}
