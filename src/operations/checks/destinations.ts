/** What the destinations say of the settings. Changes nothing over there. */

import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { foreignRedactor } from "../../config/credentials/redact.ts";
import { answerInTime } from "../../config/own-tests/offline.ts";
import { type Connector, type Finding, withShownUrls } from "../../connector.ts";
import { openRates } from "../../delivery/tools/rate.ts";
import { connectorErrorLine } from "../error-line.ts";
import { type LoneOptions, withConnector } from "../lone-connector.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

/** Milliseconds for all that one destination is asked. */
const TIMEOUT_MS = 60_000;

/** Asks every connector at once, those that are switched off too: one checks before one switches on. Never rejects. */
export async function checkDestinations(
  config: Config,
  placeOf: PlaceOf,
  version: string,
  timeoutMs = TIMEOUT_MS,
): Promise<CheckFinding[]> {
  const options = { version, rates: openRates(), timeoutMs };
  const hide = foreignRedactor(config.secrets);
  const lines = config.connectors.map(async (connector) => {
    const findings = await ask(connector, options, config.file);
    const path = ["connectors", connector.name];
    return findings.map(({ setting, ...finding }): CheckFinding => {
      const place = placeOf(setting === undefined ? path : [...path, ...setting.split(".")]);
      return { about: `connectors.${connector.name}`, ...discreet(finding, hide), place };
    });
  });
  return (await Promise.all(lines)).flat();
}

/** A connector of one's own says what it likes, and a destination repeats what it was sent. */
function discreet(
  { what, todo, ...rest }: Omit<Finding, "setting">,
  hide: (text: string) => string,
): Omit<Finding, "setting"> {
  const shown = (text: string) => hide(withShownUrls(text));
  return { ...rest, what: shown(what), ...(todo !== undefined && { todo: shown(todo) }) };
}

async function ask(
  connector: ConnectorConfig,
  { timeoutMs, ...options }: LoneOptions & { readonly timeoutMs: number },
  file: string,
): Promise<readonly Finding[]> {
  const { common, type } = connector;
  const off: Finding[] = common.enabled ? [] : [{ ok: true, what: "switched off (`enabled: false`): nothing is sent" }];
  const check = (opened: Connector) => answerInTime(timeoutMs, "its `check`", (signal) => opened.check(signal));
  try {
    return [...off, ...(await withConnector(connector, options, check))];
  } catch (error) {
    const what = `the ${type.type} connector could not be checked: ${connectorErrorLine(error, file)}`;
    return [...off, { ok: false, what, todo: "mend that, then check again" }];
  }
}
