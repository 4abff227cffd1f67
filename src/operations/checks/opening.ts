/** Whether every connector can be opened: offline, and closed again. */
import type { Found } from "../../basics/sentence-tables.ts";
import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { codeErrorLine } from "../../config/files/code-error.ts";
import { closeInTime, openOffline } from "../../config/own-tests/offline.ts";
import { type Connector, withShownUrls } from "../../connector.ts";
import type { OwnFinding, PlaceOf } from "./finding.ts";
import { found } from "./found.ts";

const PARTS = ["deliver", "check", "preview"] as const;

/** Says nothing of those that can. Never rejects. */
export async function checkOpening({ connectors, file }: Config, placeOf: PlaceOf): Promise<readonly OwnFinding[]> {
  const findings = await Promise.all(connectors.map((connector) => openOnce(connector, file, placeOf)));
  return findings.flat();
}

async function openOnce(config: ConnectorConfig, file: string, placeOf: PlaceOf): Promise<readonly OwnFinding[]> {
  const fault = await faultOf(config, file);
  if (fault === undefined) return [];
  return [{ ...fault, about: `connectors.${config.name}`, place: placeOf(["connectors", config.name, "type"]) }];
}

async function faultOf(config: ConnectorConfig, file: string): Promise<Found | undefined> {
  const words = (error: unknown) => withShownUrls(codeErrorLine(error, file));
  let connector: Connector;
  try {
    connector = openOffline(config);
  } catch (error) {
    return found(false, "unopened", { fault: words(error) });
  }
  const fault = shapeFault(connector);
  if (fault !== undefined) return fault;
  try {
    await closeInTime(connector);
    return undefined;
  } catch (error) {
    return found(false, "unclosed", { fault: words(error) });
  }
}

/** Of what code of one's own returned. */
function shapeFault(connector: unknown): Found | undefined {
  if (connector instanceof Promise) {
    // what it is rejected with is not what is wrong with it
    connector.catch(() => undefined);
    return found(false, "open_promises");
  }
  const lacking = PARTS.filter((part) => typeof Reflect.get(Object(connector), part) !== "function");
  if (lacking.length === 0) return undefined;
  const names = lacking.map((part) => `\`${part}\``).join(", ");
  return found(false, "parts_lacking", { names });
}
