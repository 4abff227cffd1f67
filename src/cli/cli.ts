/** What every command is made with: the program that it joins, the world outside, and the configuration and store on request. */
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Following } from "../admin/following.ts";
import type { Config, LoadResult } from "../config/checked-config.ts";
import { redactor } from "../config/credentials/redact.ts";
import type { Fault } from "../config/faults/fault.ts";
import { type RenderOptions, renderFaults } from "../config/faults/render.ts";
import { digestOfFile } from "../config/files/digest.ts";
import { loadConfig } from "../config/load.ts";
import { errorLine } from "../operations/error-line.ts";
import { type Known, knownFrom } from "../operations/known.ts";
import type { Asking, Operations } from "../operations/operations.ts";
import type { StoreSettings } from "../storage/open.ts";
import { actorAt } from "./actor.ts";
import { type RemoteOptions, remoteBy, remoteKnown } from "./bridge-elsewhere.ts";
import { CommandEnd } from "./command-end.ts";
import { followingBy } from "./following-by.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { accessBy, accessTo, noStore, type StoreAccess } from "./store-access.ts";
import { columnsOf, hasColours, openPrinter, type Printer } from "./terminal/printer.ts";

export interface Cli extends Omit<Printer, "use"> {
  readonly io: Io;
  readonly program: Command;
  /** Takes the exit code of the command that ran. */
  finish(code: ExitCode): void;
  /** `--config` as it was given: what faults show. */
  configFile(): string;
  /** The configuration or its faults, which name the file as it was given. */
  load(): Promise<LoadResult>;
  /** The same of another file, whose secrets are hidden as well from then on. */
  loadOther(name: string): Promise<LoadResult>;
  /** The checked configuration; prints every fault and ends the command when there is one. */
  config(): Promise<Config>;
  /** Who does what this command does. Ends it where a name was given that nobody could read later. */
  asking(): Asking;
  /** The store that `--store` or the configuration names, not opened; as for `withStore`. */
  store(): Promise<StoreSettings>;
  /**
   * Opens the store that `--store` or the configuration names beside a running bridge, and closes it after `act`. A faulty
   * configuration does as long as it leaves no doubt which store is meant. With `--url` it is a bridge elsewhere that is asked.
   */
  withStore(act: (operations: Operations, known: Known) => Promise<ExitCode>): Promise<ExitCode>;
  /** What a running bridge asks of destinations about a person: of the one that `--url` or the configuration names. */
  following(user: string): Promise<Following>;
  /** What the configuration says by now, when it was read as `before`: the same as long as none of its files has changed. */
  knownNow(before: Known): Promise<Known>;
  /** The same for what depends on the settings: the configuration must be faultless. */
  withConfiguredStore(act: (operations: Operations, config: Config) => Promise<ExitCode>): Promise<ExitCode>;
}

export const DEFAULT_CONFIG = "config/bridge.yaml";

/** What `--config` is unless given: an image, or a pod, knows its own. */
export function defaultConfig({ env }: Pick<Io, "env">): string {
  return env.UNSUB_BRIDGE_CONFIG || DEFAULT_CONFIG;
}

export function openCli(program: Command, io: Io, finish: (code: ExitCode) => void): Cli {
  const { use, ...printer } = openPrinter(io);
  const given: Given = { io, printer: { ...printer, use }, options: () => program.opts(), secrets: new Set() };
  return {
    io,
    program,
    ...printer,
    finish,
    configFile: () => given.options().config,
    load: () => load(given),
    loadOther: (name) => load(given, name),
    config: () => faultless(given),
    asking: () => asking(given),
    async store() {
      insistOnNoUrl(given);
      return (await access(given)).storage;
    },
    async withStore(act) {
      const { url, ...more } = given.options();
      if (url !== undefined) return remotely(given, url, more, act);
      const { storage, known } = await access(given);
      return besideStore(storage, known, given, (operations) => act(operations, known));
    },
    following: (user) => following(given, user),
    knownNow: (before) => knownNow(given, before),
    async withConfiguredStore(act) {
      const config = await faultless(given);
      return besideStore(config.storage, knownFrom(config), given, (operations) => act(operations, config));
    },
  };
}

/** What the command line was given with. */
interface Given {
  readonly io: Io;
  /** Of every configuration that was loaded. */
  readonly secrets: Set<string>;
  readonly printer: Printer;
  /** Of the program; only once the command line is parsed. */
  options(): RemoteOptions & {
    readonly config: string;
    readonly store?: string;
    readonly storeSchema: string;
    readonly as?: string;
  };
}

async function besideStore(
  storage: StoreSettings,
  known: Known,
  given: Given,
  act: (operations: Operations) => Promise<ExitCode>,
): Promise<ExitCode> {
  // on demand: a bridge that serves asks nothing by the command line
  const { withOperations } = await import("../operations/operations.ts");
  return withOperations(storage, known, asking(given), act);
}

async function remotely(
  given: Given,
  url: string,
  options: RemoteOptions,
  act: (operations: Operations, known: Known) => Promise<ExitCode>,
): Promise<ExitCode> {
  const remote = await remoteBy(url, options, given.io);
  given.printer.use(redactor([remote.token]));
  // on demand: whoever is beside the store needs none of it
  const { remoteOperations } = await import("../api/remote/operations.ts");
  return act(remoteOperations(remote, unnotedTo(given)), remoteKnown(remote));
}

/** With `--store` nothing says where the bridge is. */
async function following(given: Given, user: string): Promise<Following> {
  const { url, store, ...more } = given.options();
  if (url !== undefined) {
    const remote = await remoteBy(url, more, given.io);
    const { remoteFollowing } = await import("../api/remote/following.ts");
    return remoteFollowing(remote, user);
  }
  const loaded = store === undefined ? await load(given) : undefined;
  return followingBy(loaded?.ok ? loaded.config : undefined, user);
}

function insistOnNoUrl({ options }: Given): void {
  if (options().url === undefined) return;
  throw new CommandEnd("--url: this needs the store itself; run it on its machine, without --url.", EXIT.usage);
}

function asking({ io, printer, options }: Given): Asking {
  return {
    actor: actorAt(io, options().as),
    isPatient: true,
    onUnnoted: unnotedTo({ printer }),
  };
}

const unnotedTo =
  ({ printer }: Pick<Given, "printer">) =>
  (error: unknown): void =>
    printer.complain(`The audit does not hold that this was looked up: ${errorLine(error)}`);

async function load({ io, printer, options, secrets }: Given, name = options().config): Promise<LoadResult> {
  const file = resolve(io.cwd, name);
  const loaded = await loadConfig(file, io.env, io.envFile, io.deprecated);
  const asGiven = (faults: readonly Fault[]) =>
    faults.map((fault) => (fault.file === file ? { ...fault, file: name } : fault));
  if (!loaded.ok) return { ...loaded, faults: asGiven(loaded.faults) };
  for (const secret of loaded.config.secrets) secrets.add(secret);
  printer.use(redactor(secrets));
  return { ok: true, config: { ...loaded.config, warnings: asGiven(loaded.config.warnings) } };
}

/** How faults are shown on standard error. */
export function onErr(io: Io): RenderOptions {
  return { colour: hasColours(io, io.err), columns: columnsOf(io, io.err) };
}

async function faultless(given: Given): Promise<Config> {
  const loaded = await load(given);
  if (loaded.ok) return loaded.config;
  throw new CommandEnd(renderFaults(loaded.faults, onErr(given.io)), EXIT.usage);
}

async function access(given: Given): Promise<StoreAccess> {
  const store = await found(given);
  given.printer.use(store.hide);
  if (store.notice !== undefined) given.printer.complain(store.notice);
  return store;
}

async function knownNow(given: Given, before: Known): Promise<Known> {
  // nothing of a bridge elsewhere is known here
  if (given.options().url !== undefined) return before;
  const digests = await Promise.all(
    [...before.readFrom].map(async ([file, digest]) => (await digestOfFile(file)) === digest),
  );
  if (digests.every(Boolean)) return before;
  const loaded = await load(given);
  const access = accessBy(loaded, given.options().config);
  if (access === undefined) return { ...before, readFrom: loaded.ok ? loaded.config.readFrom : loaded.readFrom };
  given.printer.use(access.hide);
  return access.known;
}

async function found(given: Given): Promise<StoreAccess> {
  const { config: name, store, storeSchema } = given.options();
  if (store !== undefined) return accessTo(store, storeSchema, resolve(given.io.cwd, name), given.io);
  const loaded = await load(given);
  const known = accessBy(loaded, name);
  if (known !== undefined) return known;
  throw noStore(name, loaded.ok ? [] : loaded.faults);
}
