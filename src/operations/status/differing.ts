/** Deliveries that destinations took, saying that they hold something else. Pure. */
import type { ConnectorRow, Differing } from "../../storage/contract/connectors.ts";
import { howMany } from "./at-intake.ts";

export interface DifferingConnector extends Differing {
  readonly connector: string;
}

/** Told of for so long after the latest, in milliseconds: what was so long ago is nobody's news. */
const TOLD_MS = 7 * 86_400_000;

/** @param now milliseconds since 1970 */
export function differingAmong(
  rows: readonly Pick<ConnectorRow, "name" | "differing">[],
  now: number,
): readonly DifferingConnector[] {
  return rows.flatMap(({ name, differing }) =>
    differing === undefined || now - differing.at > TOLD_MS ? [] : [{ connector: name, ...differing }],
  );
}

export function differingLines(all: readonly DifferingConnector[], now: number): readonly (readonly string[])[] {
  return all.map((one) => [
    `${one.connector} took deliveries and holds something else (${howMany(one, now)})`,
    `the latest: ${one.note}`,
    "to do: look over there for what sets these properties back (a workflow, a stage that only goes forward), or write another property",
  ]);
}
