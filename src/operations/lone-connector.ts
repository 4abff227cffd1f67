/** A connector that is opened beside the bridge, to be asked something, and closed again. */
import type { ConnectorConfig } from "../config/checked-config.ts";
import { closeInTime } from "../config/own-tests/offline.ts";
import { openTemplates, type Templates } from "../config/templates/prepared-templates.ts";
import { template } from "../config/templates/templates.ts";
import type { Connector, Logger } from "../connector.ts";
import { openConnector } from "../delivery/open-connector.ts";
import { openRates, type Rates } from "../delivery/tools/rate.ts";

/** What it finds is its answer: nobody reads a log here. */
const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

export interface LoneOptions {
  /** Of this program. */
  readonly version: string;
  /** Shared by connectors that are open at the same time. */
  readonly rates?: Rates;
}

/** Resolves with what `ask` does; rejects with what its type throws. Closes the connector in either case. */
export async function withConnector<T>(
  config: ConnectorConfig,
  { version, rates = openRates() }: LoneOptions,
  ask: (connector: Connector, templates: Templates) => Promise<T>,
): Promise<T> {
  const templates = openTemplates(template, () => performance.now());
  const userAgent = `unsub-bridge/${version}`;
  const connector = openConnector(config, { log: SILENT, userAgent, template: templates.compile, rates });
  try {
    return await ask(connector, templates);
  } finally {
    await closeInTime(connector);
  }
}
