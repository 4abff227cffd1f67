/** Stand-ins of the destinations of all built-in connector types, for whoever tries a configuration without an account. */
import type { Sandbox, SandboxRequest, StandIn, Told } from "../../../connectors/kit/sandbox.ts";
import { codeOf } from "../../basics/error-code.ts";
import { builtInTypes, loadBuiltIn } from "../../config/connector-types/built-in.ts";
import { theShelf } from "../../config/connector-types/shelf.ts";
import type { ConnectorType } from "../../connector.ts";
import { Refused } from "../refused.ts";

/** One that a configuration can name. */
export interface OfferedStandIn {
  readonly type: ConnectorType;
  readonly standIn: StandIn;
  readonly port: number;
}

/** The first port, unless another is chosen: beside those of the bridge and its admin listener. */
export const FIRST_PORT = 8090;
/** Whom no stand-in knows: so much can be tried as well. */
export const STRANGERS = "nobody";

const HOST = "127.0.0.1";

export function urlOf(port: number): string {
  return `http://${HOST}:${port}`;
}

/**
 * All that there are, in alphabetical order, on ports in a row: the same each time.
 * @param firstPort 0: whichever is free
 */
export async function offeredStandIns(firstPort: number): Promise<readonly OfferedStandIn[]> {
  const shelf = theShelf();
  const types = builtInTypes().filter((name) => shelf.placeOf(name, "sandbox") !== undefined);
  const found: OfferedStandIn[] = [];
  for (const name of types) {
    const standIn = standInOf(await shelf.load(name, "sandbox"));
    const port = firstPort === 0 ? 0 : firstPort + found.length;
    if (standIn !== undefined) found.push({ type: await loadBuiltIn(name), standIn, port });
  }
  return found;
}

function standInOf(module: unknown): StandIn | undefined {
  const found: unknown = typeof module === "object" && module !== null ? Reflect.get(module, "standIn") : undefined;
  const isOne = typeof found === "object" && found !== null && "yaml" in found && "start" in found;
  return isOne ? (found as StandIn) : undefined;
}

/** Something that a stand-in got, and answered. */
export interface Arrival {
  readonly type: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly request: SandboxRequest;
  readonly status: number;
  readonly told: readonly Told[];
}

export interface RunningStandIn extends Omit<OfferedStandIn, "port"> {
  readonly sandbox: Sandbox;
}

export interface RunningStandIns {
  readonly all: readonly RunningStandIn[];
  close(): Promise<void>;
}

/** Whom no stand-in knows, unless somebody else is meant. */
export const isStrange = (user: string): boolean => user.startsWith(STRANGERS);

/** Starts them all, or rejects with `Refused` and none is left running. */
export async function startStandIns(
  offered: readonly OfferedStandIn[],
  onArrival: (arrival: Arrival) => void,
  isStranger = isStrange,
): Promise<RunningStandIns> {
  const all: RunningStandIn[] = [];
  const close = async () => {
    await Promise.all(all.map(({ sandbox }) => sandbox.close()));
  };
  try {
    for (const one of offered) all.push(await start(one, onArrival, isStranger));
    return { all, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  { type, standIn, port }: OfferedStandIn,
  onArrival: (arrival: Arrival) => void,
  isStranger: (user: string) => boolean,
): Promise<RunningStandIn> {
  const onAnswered = (request: SandboxRequest, status: number) => {
    onArrival({ type: type.type, at: Date.now(), request, status, told: started.tell(request) });
  };
  const started = await standIn.start({ port, isStranger, onAnswered }).catch((error: unknown) => {
    const why = WHY_NOT[codeOf(error)];
    throw why === undefined ? error : new Refused("unreachable", `Port ${port} of this machine ${why}. ${OTHERS}`);
  });
  return { type, standIn, sandbox: started.sandbox };
}

const OTHERS = "Choose others: --port 9090 takes it and those behind it.";

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: "is taken",
  EACCES: "may not be used by this user, as those below 1024 may not by most",
};
