/** Several machines that run one bridge: real processes on one private PostgreSQL, with the destinations of a world. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./command.ts";
import { type PrivateServer, startPrivatePostgres } from "./postgres.ts";
import {
  type BridgeProcess,
  type CommandResult,
  type LogLine,
  launchServe,
  type ServeProcess,
  whenReady,
} from "./process.ts";
import { CREDENTIALS, openWorld, type World, type WorldOptions } from "./world.ts";

/** One machine: a folder of its own with its YAML, spool and dead letters, and at most one process. */
export interface Machine {
  readonly name: string;
  /** The YAML file. */
  readonly config: string;
  /** The latest process. Throws before the first one. */
  readonly bridge: BridgeProcess;
  /** What all its processes have logged of a fact so far. */
  logged(fact: string): readonly LogLine[];
  /** Where callbacks go, while it is believed to be there. */
  readonly url: string | undefined;
  /** Starts `serve` and waits until it is ready. */
  start(): Promise<BridgeProcess>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it is gone. Rejects when it did not end well. */
  stop(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** Runs another command with this machine's configuration. */
  command(...args: string[]): Promise<CommandResult>;
  /** Changes its YAML file. */
  edit(change: (yaml: string) => string): Promise<void>;
}

export interface Cluster {
  readonly world: World;
  readonly database: PrivateServer;
  /** The `url` and `schema` of the shared store. */
  readonly storage: { readonly url: string; readonly schema: string };
  readonly machines: readonly Machine[];
  /** Ends every process, frozen ones too, then the destinations and the database. */
  close(): Promise<void>;
}

export interface ClusterOptions extends WorldOptions {
  /** Not started yet. */
  readonly machines: readonly string[];
  /** Machines that run another release, by name: its `src/main.ts`. */
  readonly releases?: Readonly<Record<string, string>>;
  /** Further settings of `storage`. */
  readonly storage?: string;
}

/** Stands for the machine's name in YAML lines. */
export const MACHINE = "MACHINE_NAME";

/** Opens the database and the destinations, and a folder for each machine. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const database = await startPrivatePostgres();
  try {
    const world = await openWorld(options);
    const storage = { url: database.url, schema: database.schema() };
    const yaml = await readFile(world.config, "utf8");
    const machines = await Promise.all(
      options.machines.map((name) => {
        const store = `storage: { url: "${storage.url}", schema: ${storage.schema}${options.storage ?? ""} }\n`;
        const main = options.releases?.[name];
        const text = `${main === undefined ? yaml : asOlderReleases(yaml)}${store}`.replaceAll(MACHINE, name);
        return openMachine(name, world.path(name), text, main);
      }),
    );
    return {
      world,
      database,
      storage,
      machines,
      async close() {
        await Promise.all(machines.map((machine) => machine.kill()));
        await world.close();
        await database.stop();
      },
    };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** Without the blocks that 0.1.0 does not know. */
function asOlderReleases(yaml: string): string {
  return yaml.replace(/^admin: .*\n/m, "");
}

async function openMachine(name: string, folder: string, yaml: string, main?: string): Promise<Machine> {
  const config = join(folder, "bridge.yaml");
  await mkdir(folder, { recursive: true });
  await writeFile(config, yaml);
  const all: ServeProcess[] = [];
  let process: ServeProcess | undefined;
  let ready: BridgeProcess | undefined;
  return {
    name,
    config,
    get bridge() {
      if (ready === undefined) throw new Error(`${name} was not started`);
      return ready;
    },
    logged: (fact) => all.flatMap(({ lines }) => lines.flatMap((line) => factIn(line, fact))),
    get url() {
      return process === undefined ? undefined : ready?.url;
    },
    async start() {
      process = launchServe(config, { env: CREDENTIALS, main });
      all.push(process);
      ready = await whenReady(process);
      return ready;
    },
    async kill() {
      const killed = process;
      process = undefined;
      await killed?.kill();
    },
    async stop() {
      const stopped = process;
      process = undefined;
      const code = await stopped?.stop();
      if (stopped !== undefined && code !== 0) throw new Error(`${name} ${endingOf(stopped)}`);
    },
    freeze: () => process?.signal("SIGSTOP"),
    thaw: () => process?.signal("SIGCONT"),
    command: (...args) => runCommand([...args, "--config", config], { env: CREDENTIALS }),
    edit: async (change) => writeFile(config, change(await readFile(config, "utf8"))),
  };
}

/** How it ended, what tells why first: what is no line of the log (a stack, a runtime's last words), its troubles, its last lines. */
function endingOf({ child, lines }: ServeProcess): string {
  const how = child.exitCode === null ? `was ended by ${child.signalCode}` : `ended with ${child.exitCode}`;
  const said = lines.filter((line) => !line.startsWith("{"));
  const troubles = lines.filter((line) => /"level":"(error|warn)"/.test(line)).slice(-LAST_LINES);
  return [how, "said:", ...said, "troubles:", ...troubles, "last:", ...lines.slice(-LAST_LINES)].join("\n");
}

const LAST_LINES = 30;

/** The line when it is of this fact; a killed process may leave half of one. */
function factIn(line: string, fact: string): LogLine[] {
  if (!line.includes(`"fact":"${fact}"`)) return [];
  try {
    return [JSON.parse(line) as LogLine];
  } catch {
    return [];
  }
}
