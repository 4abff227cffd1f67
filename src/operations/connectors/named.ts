/** Connectors of the store by name, configured or not. */

import { nearest, oneOf } from "../../basics/suggest.ts";
import { shown } from "../../basics/text.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { Refused, said } from "../refused.ts";

type Store = Pick<Questions, "connector" | "connectors"> | Pick<Storage, "connector" | "status">;

/** Rejects with `Refused`, and with the names that there are, when the store knows no such connector. */
export async function insistOnConnector(storage: Store, name: string | undefined): Promise<void> {
  if (name === undefined || (await storage.connector(name)) !== null) return;
  throw unknownConnector(name, await connectorNames(storage));
}

/** The one that was named, or every connector of the store. Rejects as `insistOnConnector` does. */
export async function namedConnectors(storage: Store, name: string | undefined): Promise<readonly string[]> {
  await insistOnConnector(storage, name);
  return name === undefined ? connectorNames(storage) : [name];
}

export async function connectorNames(storage: Store): Promise<readonly string[]> {
  const rows = "connectors" in storage ? await storage.connectors() : (await storage.status()).connectors;
  return rows.map(({ name }) => name);
}

export function unknownConnector(name: string, known: readonly string[]): Refused {
  const meant = nearest(name, known);
  const todo =
    known.length === 0
      ? said("none_ran")
      : meant === undefined
        ? said("there_is", { names: oneOf(known) })
        : said("meant", { name: meant });
  return new Refused("unknown", said("no_connector_stored", { name: shown(name), todo }));
}
