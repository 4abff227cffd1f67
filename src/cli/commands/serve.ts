/** `serve`: the bridge itself, until it is told to stop. */

import { versions } from "node:process";
import { stackOf } from "../../basics/error-words.ts";
import { type Log, openLog } from "../../basics/log.ts";
import type { Bridge } from "../../bridge/bridge.ts";
import type { Config } from "../../config/checked-config.ts";
import { redactor } from "../../config/credentials/redact.ts";
import { loadConfig } from "../../config/load.ts";
import { errorLine } from "../../operations/error-line.ts";
import type { Cli } from "../cli.ts";
import { CommandEnd } from "../command-end.ts";
import { typedBeside } from "../copied.ts";
import { define } from "../define.ts";
import { EXIT, type ExitCode, type Io } from "../io.ts";
import { reloadSignals } from "../terminal/reload-signals.ts";
import { LINGER_MS, stopRequested, WHEN_ABANDONED } from "../terminal/stopping.ts";
import { logWarnings, startReload } from "./reload.ts";

export function addServe(cli: Cli): void {
  const command = cli.program.command("serve").description("Run the bridge: take callbacks and deliver them.");
  define(command, cli, {
    goesBy: "configuration",
    examples: [
      ["serve", "run with config/bridge.yaml"],
      ["serve --config /etc/unsub-bridge/bridge.yaml", "run with another configuration"],
    ],
    exits: {
      0: "stopped by SIGTERM or SIGINT, with everything under way finished",
      3: "it could not start: the store or the port is not to be had",
      ...WHEN_ABANDONED,
    },
    act: () => serve(cli),
  });
}

async function serve(cli: Cli): Promise<ExitCode> {
  const { io } = cli;
  const config = await cli.config();
  const {
    name,
    log: { level },
    secrets,
  } = config;
  const log = openLog({ level, name, write: io.out.write, redact: redactor(secrets) });
  warnOfRunner(io.env, log);
  logWarnings(config.warnings, log);
  // a bug, in a connector of one's own say, must not take the others along
  io.endure((error) => log.error({ fact: "process.stray_error", reason: errorLine(error), stack: stackOf(error) }));
  const stopping = stopRequested(io);
  const reloads = reloadSignals(io);
  const bridge = await Promise.race([start(cli, config, log), stopping]);
  // told to stop before it was ready: nothing is under way yet
  if (bridge !== undefined) await untilStopped(bridge, config, log, { io, reloads, stopping });
  io.lingerAtMost(LINGER_MS);
  return EXIT.ok;
}

/** npx and npm pass no SIGTERM on: a service that starts them stops them, and the bridge goes on. */
function warnOfRunner({ npm_lifecycle_event: script, npm_config_user_agent: runner = "" }: Io["env"], log: Log): void {
  if (script === undefined || !runner.startsWith("npm/")) return;
  const todo =
    "a service runs the command itself, in the folder of the checkout: a SIGTERM to npx alone leaves the bridge running";
  log.info({ fact: "process.under_npx", script, command: ownCommand(), todo });
}

function ownCommand(): string {
  const flags = "--no-prompt --allow-net --allow-env --allow-sys --allow-read --allow-write";
  return versions.deno === undefined ? "bun run src/main.ts serve" : `deno run ${flags} src/main.ts serve`;
}

async function untilStopped(
  bridge: Bridge,
  config: Config,
  log: Log,
  { io, reloads, stopping }: { io: Io; reloads: Pick<Io, "onReloadSignal">; stopping: Promise<void> },
): Promise<void> {
  const { env, envFile, deprecated } = io;
  const of = { env, ...(envFile && { envFile }), ...(deprecated && { deprecated }), ...reloads };
  const reload = startReload({ config, log, bridge, io: of });
  await stopping;
  // not waited for: it may be waiting for a destination
  void reload.stop();
  await bridge.stop();
}

async function start({ io, configFile }: Cli, config: Config, log: Log): Promise<Bridge> {
  const { version, env, envFile, deprecated } = io;
  const { startBridge } = await import("../../bridge/bridge.ts");
  try {
    const load = () => loadConfig(config.file, env, envFile, deprecated);
    return await startBridge({ config, log, version, file: { load, env }, typed: typedBeside(io, configFile()) });
  } catch (error) {
    // the words go to standard error: whoever watches the log alone is told as well
    log.error({ fact: "bridge.cannot_start", reason: errorLine(error) });
    throw new CommandEnd(`The bridge cannot start: ${errorLine(error)}`, EXIT.unreachable);
  }
}
