/** What a checked configuration meets beyond its file: the store, and with `live` the destinations, the machine and the clock. */
import type { Config } from "../../config/checked-config.ts";
import { peekBridges, peekStore } from "../../storage/peek.ts";
import { errorLine } from "../error-line.ts";
import { otherValues } from "../status/other-values.ts";
import { checkAlerts } from "./alerts.ts";
import { checkDatabaseFiles } from "./database-files.ts";
import type { CheckFinding, OwnFinding, PlaceOf } from "./finding.ts";
import { found } from "./found.ts";
import { checkOpening } from "./opening.ts";
import { checkOtherValues } from "./other-values.ts";
import { checkQueues } from "./queues.ts";
import { checkRosters } from "./rosters.ts";

export interface CheckSurroundings {
  readonly placeOf: PlaceOf;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this program. */
  readonly version: string;
  /** Whether others may be asked; else only what lies on this machine. */
  readonly live: boolean;
}

/** Never rejects, and changes nothing anywhere. */
export async function checkConfiguration(config: Config, around: CheckSurroundings): Promise<readonly CheckFinding[]> {
  const alerts = checkAlerts(config, around.placeOf);
  const offline = [
    ...alerts,
    ...(await checkDatabaseFiles(config, around.placeOf)),
    ...(await checkStore(config, around)),
    ...(await checkOpening(config, around.placeOf)),
  ];
  return [...offline, ...(around.live ? await checkLive(config, around) : [])];
}

/** A store that cannot be read is no fault of the configuration. */
async function checkStore(config: Config, { placeOf, live }: CheckSurroundings): Promise<OwnFinding[]> {
  try {
    const status = await peekStore(config.storage, live);
    return status === undefined ? [] : checkQueues(config, status.connectors, placeOf);
  } catch (error) {
    return [{ ...found("warning", "store_unread", { fault: errorLine(error) }), about: "queues" }];
  }
}

async function checkLive(config: Config, { placeOf, env, version }: CheckSurroundings): Promise<CheckFinding[]> {
  // on demand: offline, neither is needed
  const [{ checkChat }, { checkDestinations }, machine] = await Promise.all([
    import("./chat.ts"),
    import("./destinations.ts"),
    import("./machine.ts"),
  ]);
  const { checkClock, checkDatabase, checkFolders, checkNetwork, judgeClock } = machine;
  const chat = checkChat(config, placeOf, version);
  const findings = await Promise.all([
    chat.then(({ findings }) => findings),
    checkDestinations(config, placeOf, version),
    checkFolders(config, placeOf),
    checkDatabase(config, placeOf),
    checkNetwork(env),
    checkBridges(config, placeOf),
    checkRosters(config),
    chat.then(({ aheadMs }) =>
      aheadMs === undefined ? checkClock(config) : [judgeClock(aheadMs, "Chat", config.chat.max_clock_skew)],
    ),
  ]);
  return findings.flat();
}

/** A store that cannot be asked is told of elsewhere. */
async function checkBridges({ storage, secretsAt }: Config, placeOf: PlaceOf): Promise<OwnFinding[]> {
  const bridges = await peekBridges(storage).catch(() => []);
  return checkOtherValues(bridges, await otherValues(bridges, secretsAt), placeOf);
}
