/** `check --live`: what the destinations, the disk and the clock say. Changes nothing over there. */

import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { template } from "../../config/templates/templates.ts";
import { type Finding, type Logger, withShownUrls } from "../../connector.ts";
import { openConnector } from "../../delivery/open-connector.ts";
import { openRates } from "../../delivery/tools/rate.ts";
import { errorLine } from "../error-line.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

/** Milliseconds for all that one destination is asked. */
const PATIENCE_MS = 60_000;

/** A command has no log: what it finds is on the screen. */
export const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

/** Asks every connector at once, those that are switched off too: one checks before one switches on. Never rejects. */
export async function checkDestinations(config: Config, placeOf: PlaceOf, version: string): Promise<CheckFinding[]> {
  const options = { log: SILENT, userAgent: `unsub-bridge/${version}`, template, rates: openRates() };
  const lines = config.connectors.map(async (connector) => {
    const findings = await ask(connector, () => openConnector(connector, options));
    const path = ["connectors", connector.name];
    return findings.map(({ setting, ...finding }): CheckFinding => {
      const place = placeOf(setting === undefined ? path : [...path, ...setting.split(".")]);
      return { about: `connectors.${connector.name}`, ...discreet(finding), place };
    });
  });
  return (await Promise.all(lines)).flat();
}

/** A connector of one's own says what it likes. */
function discreet({ what, todo, ...rest }: Omit<Finding, "setting">): Omit<Finding, "setting"> {
  return { ...rest, what: withShownUrls(what), ...(todo !== undefined && { todo: withShownUrls(todo) }) };
}

async function ask(
  { common, type }: ConnectorConfig,
  open: () => ReturnType<typeof openConnector>,
): Promise<readonly Finding[]> {
  const off: Finding[] = common.enabled ? [] : [{ ok: true, what: "switched off (`enabled: false`): nothing is sent" }];
  try {
    const connector = open();
    try {
      return [...off, ...(await connector.check(AbortSignal.timeout(PATIENCE_MS)))];
    } finally {
      await connector.close?.();
    }
  } catch (error) {
    const what = `the ${type.type} connector could not be checked: ${errorLine(error)}`;
    return [...off, { ok: false, what, todo: "mend that, then check again" }];
  }
}
