/** Names in delivery ids, as the store has them: a connector that was renamed keeps its first one. */
import type { Config, ConnectorConfig } from "../config/checked-config.ts";
import { registrationOf } from "../delivery/registration.ts";
import { peekStore } from "../storage/peek.ts";
import { descentsOf } from "../storage/rules/registering.ts";
import { errorLine } from "./error-line.ts";

export interface Origins {
  originOf(connector: ConnectorConfig): string;
  /** Why the store could not be asked; absent where it was, or where there is none. */
  readonly doubt?: string;
}

/**
 * Where no store can be asked, by what the configuration alone says: `was`, else the name. Changes nothing, and never rejects.
 * @param live whether a database on the network may be asked, as others may
 */
export async function originsBy(config: Config, live: boolean): Promise<Origins> {
  const configured = ({ name, common }: ConnectorConfig) => common.was ?? name;
  try {
    const status = await peekStore(config.storage, live);
    if (status === undefined) return { originOf: configured };
    const descents = descentsOf(config.connectors.map(registrationOf), status.connectors);
    return { originOf: (connector) => descents.get(connector.name)?.origin ?? configured(connector) };
  } catch (error) {
    return { originOf: configured, doubt: errorLine(error) };
  }
}
