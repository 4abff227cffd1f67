/** Whole ids of what is named by any beginning that no other has. What names nothing stays as it is, and is told as unknown by whoever looks for it. */
import { MOST_TOLD, type Named } from "./beginnings.ts";
import type { Operations } from "./operations.ts";
import { Refused, said } from "./refused.ts";

/** Of an event, or of an entry: nothing is looked for then. */
const WHOLE = /^[0-9a-f]{64}$/;

/** Rejects with `Refused` where several deliveries begin so. */
export async function deliveryIdMeant(operations: Pick<Operations, "deliveryNamed">, text: string): Promise<string> {
  return idMeant(await operations.deliveryNamed(text), text, ({ id }) => id);
}

/** Rejects with `Refused` where several entries of the quarantine begin so. */
export async function entryIdMeant(operations: Pick<Operations, "entryNamed">, text: string): Promise<string> {
  return WHOLE.test(text) ? text : idMeant(await operations.entryNamed(text), text, (id) => id);
}

/** The same for several, each once, in their order. */
export async function allMeant(
  texts: readonly string[],
  meant: (text: string) => Promise<string>,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const text of texts) ids.push(await meant(text));
  return [...new Set(ids)];
}

function idMeant<T>(named: Named<T>, text: string, idOf: (one: T) => string): string {
  switch (named.tag) {
    case "one":
      return named.id;
    case "none":
      return text;
    case "several": {
      const told = named.candidates.slice(0, MOST_TOLD).map(idOf);
      const isMore = named.more || named.candidates.length > told.length;
      throw new Refused("unknown", said("several_ids", { text, ids: [...told, ...(isMore ? ["…"] : [])].join(", ") }));
    }
  }
}
