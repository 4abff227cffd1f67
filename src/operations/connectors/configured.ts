/** Connectors of the configuration by name. */
import type { Said } from "../../basics/sentences.ts";
import { nearest } from "../../basics/suggest.ts";
import { shown } from "../../basics/text.ts";
import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { Refused, said } from "../refused.ts";

/** Throws `Refused`, with the names that there are, where there is none of this name. */
export function connectorNamed({ connectors }: Pick<Config, "connectors">, name: string): ConnectorConfig {
  const found = connectors.find((connector) => connector.name === name);
  if (found !== undefined) return found;
  const names = connectors.map((connector) => connector.name);
  const near = nearest(name, names);
  throw new Refused("unknown", said("no_connector", { name: shown(name, 64), todo: todoOf(near, names) }));
}

function todoOf(near: string | undefined, names: readonly string[]): Said {
  if (near !== undefined) return said("meant", { name: near });
  if (names.length === 0) return said("there_are_none");
  return said("there_are", { names: names.join(", ") });
}
