/** What the destinations say of the settings. Changes nothing over there. */

import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { foreignRedactor } from "../../config/credentials/redact.ts";
import { answerInTime } from "../../config/own-tests/offline.ts";
import { type Connector, type Finding, type Said, sentenceOfError, withShownUrls } from "../../connector.ts";
import { readSentence } from "../../delivery/attempt/sanitize.ts";
import { openRates } from "../../delivery/tools/rate.ts";
import { connectorErrorLine } from "../error-line.ts";
import { type LoneOptions, withConnector } from "../lone-connector.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";
import { found } from "./found.ts";

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
  { ok, what, todo, code, values }: Omit<Finding, "setting">,
  hide: (text: string) => string,
): Omit<Finding, "setting"> {
  const shown = (text: string) => hide(withShownUrls(text));
  const { words, ...of }: Said = readSentence({ words: what, code, values }, hide) ?? { words: "" };
  const isOurs = of.code !== undefined;
  return { ok, what: isOurs ? words : shown(what), ...of, ...(todo !== undefined && { todo: shown(todo) }) };
}

async function ask(
  connector: ConnectorConfig,
  { timeoutMs, ...options }: LoneOptions & { readonly timeoutMs: number },
  file: string,
): Promise<readonly Finding[]> {
  const { common, type } = connector;
  const off: Finding[] = common.enabled ? [] : [found(true, "switched_off")];
  const check = (opened: Connector) => answerInTime(timeoutMs, "its `check`", (signal) => opened.check(signal));
  try {
    return [...off, ...(await withConnector(connector, options, check))];
  } catch (error) {
    const fault = sentenceOfError(connectorErrorLine(error, file));
    return [...off, found(false, "unchecked", { type: type.type, fault })];
  }
}
