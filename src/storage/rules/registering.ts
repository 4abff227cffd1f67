/** Why a connector cannot be registered, in the same words for every store. Pure. */
import type { Registration } from "../contract.ts";

/**
 * The deliveries that wait were meant for another kind of destination.
 * @param known the connector of that name, else the one whose queue it would adopt, as the store knows it
 * @returns undefined when nothing is in the way
 */
export function refusalOf(
  { name, type }: Pick<Registration, "name" | "type">,
  known: Readonly<Record<string, unknown>> | undefined,
): string | undefined {
  if (known === undefined || known.type === type) return undefined;
  return known.name === name
    ? `it was a ${known.type} so far, and the configuration makes it a ${type}: choose another name for the ${type}`
    : `was: ${known.name} is a ${known.type}, and this is a ${type}: a queue goes on only under its own type; remove "was"`;
}
