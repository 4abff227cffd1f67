/** Whether every connector can be opened: offline, and closed again. */
import type { Config, ConnectorConfig } from "../../config/checked-config.ts";
import { codeErrorLine } from "../../config/files/code-error.ts";
import { closeInTime, openOffline } from "../../config/own-tests/offline.ts";
import { type Connector, withShownUrls } from "../../connector.ts";
import type { CheckFinding, PlaceOf } from "./finding.ts";

const PARTS = ["deliver", "check", "preview"] as const;

/** Says nothing of those that can. Never rejects. */
export async function checkOpening({ connectors, file }: Config, placeOf: PlaceOf): Promise<readonly CheckFinding[]> {
  const findings = await Promise.all(connectors.map((connector) => openOnce(connector, file, placeOf)));
  return findings.flat();
}

async function openOnce(config: ConnectorConfig, file: string, placeOf: PlaceOf): Promise<readonly CheckFinding[]> {
  const fault = await faultOf(config, file);
  if (fault === undefined) return [];
  return [
    { ok: false, about: `connectors.${config.name}`, ...fault, place: placeOf(["connectors", config.name, "type"]) },
  ];
}

type OpeningFault = Required<Pick<CheckFinding, "what" | "todo">>;

async function faultOf(config: ConnectorConfig, file: string): Promise<OpeningFault | undefined> {
  const words = (error: unknown) => withShownUrls(codeErrorLine(error, file));
  let connector: Connector;
  try {
    connector = openOffline(config);
  } catch (error) {
    const todo = "mend its `open`, or the setting that this speaks of; until then nothing of its queue is sent";
    return { what: `it cannot be opened: ${words(error)}`, todo };
  }
  const fault = shapeFault(connector);
  if (fault !== undefined) return fault;
  try {
    await closeInTime(connector);
    return undefined;
  } catch (error) {
    return { what: `it cannot be closed: ${words(error)}`, todo: "mend its `close`" };
  }
}

/** Of what code of one's own returned. */
function shapeFault(connector: unknown): OpeningFault | undefined {
  if (connector instanceof Promise) {
    // what it is rejected with is not what is wrong with it
    connector.catch(() => undefined);
    return {
      what: "its `open` returns a promise",
      todo: "return the connector itself, and wait in `deliver` and `check`",
    };
  }
  const lacking = PARTS.filter((part) => typeof Reflect.get(Object(connector), part) !== "function");
  if (lacking.length === 0) return undefined;
  const names = lacking.map((part) => `\`${part}\``).join(", ");
  return { what: `what its \`open\` returns has no ${names}`, todo: "return them from `open`, as functions" };
}
