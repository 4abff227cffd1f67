/** Connectors of the configuration by name. */
import { nearest } from "../../basics/suggest.ts";
import { shown } from "../../basics/text.ts";
import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { type Refusal, Refused } from "../refused.ts";

/** Throws `Refused`, with the names that there are, where there is none of this name. */
export function connectorNamed({ connectors }: Pick<Config, "connectors">, name: string): ConnectorConfig {
  const found = connectors.find((connector) => connector.name === name);
  if (found !== undefined) return found;
  const names = connectors.map((connector) => connector.name);
  const near = nearest(name, names);
  throw new Refused("unknown", { code: "no_connector", values: { name: shown(name, 64), todo: todoOf(near, names) } });
}

function todoOf(near: string | undefined, names: readonly string[]): Refusal {
  if (near !== undefined) return { code: "meant", values: { name: near } };
  if (names.length === 0) return { code: "there_are_none" };
  return { code: "there_are", values: { names: names.join(", ") } };
}
