/** What every command is made with: the program that it joins, the world outside, and the configuration and store on request. */
import { resolve } from "node:path";
import type { Command } from "commander";
import pico from "picocolors";
import { jsonText } from "../basics/text.ts";
import type { Config, LoadResult } from "../config/checked-config.ts";
import { redactor } from "../config/credentials/redact.ts";
import type { Fault } from "../config/faults/fault.ts";
import { renderFaults } from "../config/faults/render.ts";
import { loadConfig } from "../config/load.ts";
import { type Known, knownOf } from "../operations/known.ts";
import { type Operations, withOperations } from "../operations/operations.ts";
import type { StoreSettings } from "../storage/open.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT, type ExitCode, type Io, type Output } from "./io.ts";
import { accessBy, accessTo, noStore, type StoreAccess } from "./store-access.ts";

export interface Cli {
  readonly io: Io;
  readonly program: Command;
  /** Colours of standard output; plain without a terminal and with `NO_COLOR`. */
  readonly paint: Paint;
  /** What a command does, as commander wants it; the exit code that it resolves with becomes the program's. */
  action<A extends unknown[]>(act: (...args: A) => ExitCode | Promise<ExitCode>): (...args: A) => Promise<void>;
  /** One line, or several, on standard output. Secrets of the configuration are hidden. */
  say(text?: string): void;
  /** JSON on standard output, secrets hidden. */
  sayJson(value: unknown): void;
  /** What was found: with `--json` for scripts, else `say` tells people. */
  show(options: JsonOption, json: () => unknown, say: () => void): void;
  /** One line, or several, on standard error. */
  complain(text: string): void;
  /** `--config` as it was given: what faults show. */
  configFile(): string;
  /** The configuration or its faults, which name the file as it was given. */
  load(): Promise<LoadResult>;
  /** The checked configuration; prints every fault and ends the command when there is one. */
  config(): Promise<Config>;
  /** The store that `--store` or the configuration names, not opened; as for `withStore`. */
  store(): Promise<StoreSettings>;
  /**
   * Opens the store that `--store` or the configuration names beside a running bridge, and closes it after `act`. A faulty
   * configuration does as long as it leaves no doubt which store is meant.
   */
  withStore(act: (operations: Operations, known: Known) => Promise<ExitCode>): Promise<ExitCode>;
  /** The same for what depends on the settings: the configuration must be faultless. */
  withConfiguredStore(act: (operations: Operations, config: Config) => Promise<ExitCode>): Promise<ExitCode>;
}

/** As commander reads `--json`. */
export interface JsonOption {
  readonly json?: boolean;
}

export type Paint = ReturnType<typeof pico.createColors>;

export const DEFAULT_CONFIG = "config/bridge.yaml";

/** What `--config` is unless given: an image, or a pod, knows its own. */
export function defaultConfig({ env }: Pick<Io, "env">): string {
  return env.UNSUB_BRIDGE_CONFIG || DEFAULT_CONFIG;
}

/** @param finish takes the exit code of the command that ran */
export function openCli(program: Command, io: Io, finish: (code: ExitCode) => void): Cli {
  let hide = (text: string) => text;
  const write = (output: Output, text: string) => output.write(hide(text));
  const sayJson = (value: unknown) => write(io.out, jsonText(value));
  const named = (): string => program.opts<{ config: string }>().config;

  async function load(): Promise<LoadResult> {
    const file = resolve(io.cwd, named());
    const loaded = await loadConfig(file, io.env, io.envFile, io.deprecated);
    const asGiven = (faults: readonly Fault[]) =>
      faults.map((fault) => (fault.file === file ? { ...fault, file: named() } : fault));
    if (!loaded.ok) return { ...loaded, faults: asGiven(loaded.faults) };
    hide = redactor(loaded.config.secrets);
    return { ok: true, config: { ...loaded.config, warnings: asGiven(loaded.config.warnings) } };
  }

  async function config(): Promise<Config> {
    const loaded = await load();
    if (!loaded.ok) throw new CommandEnd(renderFaults(loaded.faults, { colour: hasColours(io, io.err) }), EXIT.usage);
    return loaded.config;
  }

  async function access(): Promise<StoreAccess> {
    const { store, storeSchema } = program.opts<{ store?: string; storeSchema: string }>();
    if (store !== undefined) return accessTo(store, storeSchema, resolve(io.cwd, named()), io);
    const loaded = await load();
    const found = accessBy(loaded, named());
    if (found !== undefined) return found;
    throw noStore(named(), loaded.ok ? [] : loaded.faults);
  }

  async function found(): Promise<StoreAccess> {
    const store = await access();
    hide = store.hide;
    if (store.notice !== undefined) write(io.err, `${store.notice}\n`);
    return store;
  }

  return {
    io,
    program,
    paint: pico.createColors(hasColours(io, io.out)),
    action:
      (act) =>
      async (...args) =>
        finish(await act(...args)),
    say: (text = "") => write(io.out, `${text}\n`),
    sayJson,
    show: ({ json: isJson }, json, say) => (isJson ? sayJson(json()) : say()),
    complain: (text) => write(io.err, `${text}\n`),
    configFile: named,
    load,
    config,
    store: async () => (await found()).storage,
    async withStore(act) {
      const { storage, known } = await found();
      return withOperations(storage, known, (operations) => act(operations, known));
    },
    async withConfiguredStore(act) {
      const settings = await config();
      return withOperations(settings.storage, knownOf(settings), (operations) => act(operations, settings));
    },
  };
}

export function hasColours({ env }: Pick<Io, "env">, output: Output): boolean {
  return output.isTerminal && (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}
