/** Goes on with another configuration when the file, or a file that it depends on, changes, or at SIGHUP. */

import type { Bridge } from "../../bridge/bridge.ts";
import type { Config } from "../../config/checked-config.ts";
import type { Fault } from "../../config/faults/fault.ts";
import { type WatchOptions, watchFiles } from "../../config/files/watch.ts";
import { loadConfig } from "../../config/load.ts";
import type { Logger } from "../../connector.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Io } from "../io.ts";
import { openTaking } from "./reload-taking.ts";

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
  let isStopped = false;
  let last: Promise<void> = Promise.resolve();

  function inTurn(act: () => Promise<void>): Promise<void> {
    last = last.then(() => (isStopped ? undefined : act())).catch(refuseFor);
    return last;
  }

  const reload = (cause: "file" | "signal"): Promise<void> => inTurn(() => takeOver(cause));

  function refuseFor(error: unknown): void {
    log.error({ fact: "config.refused", what: errorLine(error), todo: "mend it; the former configuration goes on" });
  }

  async function takeOver(cause: "file" | "signal"): Promise<void> {
    log.info({ fact: "config.reloading", file: config.file, cause });
    const loaded = await loadConfig(config.file, io.env, io.envFile, io.deprecated);
    // what a faulty one names is watched too: its change may be what mends it
    files.use(loaded.ok ? loaded.config.readFrom : loaded.readFrom);
    if (!loaded.ok) return refuse(loaded.faults, log);
    logWarnings(loaded.config.warnings, log);
    await taking.use(loaded.config);
  }

  const taking = openTaking({ first: config, log, bridge, envFile: io.envFile, inTurn });
  const files = watchFiles(config.readFrom, () => reload("file"), watch);
  const ignoreSignal = io.onReloadSignal(() => void reload("signal"));
  return {
    stop() {
      isStopped = true;
      taking.stop();
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
