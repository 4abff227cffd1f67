/** Goes on with another configuration when the file, or a file that it depends on, changes, or at SIGHUP. */

import type { Bridge } from "../../bridge.ts";
import type { Config } from "../../config/checked-config.ts";
import type { Fault } from "../../config/faults/fault.ts";
import { type WatchOptions, watchFiles } from "../../config/files/watch.ts";
import { loadConfig } from "../../config/load.ts";
import type { Logger } from "../../connector.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Io } from "../io.ts";

export interface ReloadOptions {
  /** The configuration that the bridge was started with. */
  readonly config: Config;
  readonly log: Logger;
  readonly bridge: Pick<Bridge, "use">;
  readonly io: Pick<Io, "env" | "envFile" | "deprecated" | "onReloadSignal">;
  readonly watch?: WatchOptions;
}

export interface Reload {
  /** No more reloads; resolves when the one under way is over. */
  stop(): Promise<void>;
}

/** Never two at once, and never the end of the bridge: a faulty configuration is refused, and the old one goes on. */
export function startReload({ config, log, bridge, io, watch }: ReloadOptions): Reload {
  let inForce = config;
  let isStopped = false;
  let last: Promise<void> = Promise.resolve();

  function reload(cause: "file" | "signal"): Promise<void> {
    last = last.then(() => (isStopped ? undefined : takeOver(cause)));
    return last;
  }

  async function takeOver(cause: "file" | "signal"): Promise<void> {
    log.info({ fact: "config.reloading", file: config.file, cause });
    try {
      const loaded = await loadConfig(config.file, io.env, io.envFile, io.deprecated);
      // what a faulty one names is watched too: its change may be what mends it
      files.use(loaded.ok ? loaded.config.readFrom : loaded.readFrom);
      if (!loaded.ok) return refuse(loaded.faults, log);
      logWarnings(loaded.config.warnings, log);
      await use(loaded.config);
    } catch (error) {
      log.error({ fact: "config.refused", what: errorLine(error), todo: "mend it; the former configuration goes on" });
    }
  }

  /** Connectors look into the environment as they are opened. */
  async function use(next: Config): Promise<void> {
    io.envFile?.use(next.byEnvFile ?? {});
    try {
      await bridge.use(next);
      inForce = next;
    } catch (error) {
      io.envFile?.use(inForce.byEnvFile ?? {});
      throw error;
    }
  }

  const files = watchFiles(config.readFrom, () => reload("file"), watch);
  const ignoreSignal = io.onReloadSignal(() => void reload("signal"));
  return {
    stop() {
      isStopped = true;
      ignoreSignal();
      files.close();
      return last;
    },
  };
}

/** What a configuration that is taken all the same should not say. */
export function logWarnings(warnings: readonly Fault[], log: Logger): void {
  for (const warning of warnings) log.warn({ fact: "config.warning", ...inLog(warning) });
}

function refuse(faults: readonly Fault[], log: Logger): void {
  for (const fault of faults) {
    if (fault.severity === "error") log.error({ fact: "config.refused", ...inLog(fault) });
  }
  const todo = "mend it and save again; the former configuration goes on";
  log.error({ fact: "config.kept", faults: faults.filter(({ severity }) => severity === "error").length, todo });
}

function inLog({ file, line, column, path, what, todo }: Fault) {
  return { place: line === 0 ? file : `${file}:${line}:${column}`, path, what, todo };
}
