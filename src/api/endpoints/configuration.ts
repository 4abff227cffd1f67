/** The configuration as it runs. */
import { readFile } from "node:fs/promises";
import type { Config } from "../../config/checked-config.ts";
import { shownFile } from "../../config/credentials/shown-file.ts";
import { digestOfFile } from "../../config/files/digest.ts";
import { destinationOf } from "../../delivery/destination.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { CONFIGURATION } from "../schemas/configuration.ts";

export const CONFIGURATION_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "GET", path: "/configuration", tag: "configuration", least: "viewer" },
    summary: "The configuration as it runs, secrets hidden",
    answer: CONFIGURATION,
    async act({ config }) {
      const isSame = await isInForce(config);
      return {
        ...{ name: config.name ?? null, file: config.file, isSame },
        // of another file nobody knows all secrets
        text: isSame ? shownFile(await readFile(config.file, "utf8"), config.secrets) : null,
        connectors: config.connectors.map((connector) => ({
          ...{ name: connector.name, type: connector.type.type, enabled: connector.common.enabled },
          destination: destinationOf(connector),
        })),
      };
    },
  }),
];

async function isInForce({ file, readFrom }: Config): Promise<boolean> {
  return readFrom.get(file) === (await digestOfFile(file));
}
