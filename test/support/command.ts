/**
 * The command line in this process: all of it but main.ts, which alone touches `process`. A process of its own costs a second of
 * two processors' time; `runProcess` is for what is about the process itself.
 */
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import meta from "../../package.json" with { type: "json" };
import type { Io, Output } from "../../src/cli/io.ts";
import { readEnvFile } from "../../src/config/env-file.ts";
import { quietIo, recorder } from "./io.ts";
import { runListed } from "./listed-exits.ts";
import {
  type BridgeProcess,
  type CommandOptions,
  type CommandResult,
  collectLines,
  OWN_ENV,
  type ServeProcess,
} from "./process.ts";

/** As where there is no terminal. */
const COLUMNS = 80;

/** A `serve` in this process, for what is not about the process: one of its own costs most of a second of a processor's time. */
export type ServeHere = Pick<ServeProcess, "lines" | "logged" | "exited" | "stop">;

/** One that is ready. */
export type BridgeHere = ServeHere & Pick<BridgeProcess, "url">;

/** Starts `serve`, ready or not. */
export function serveHere(config: string, env: Readonly<Record<string, string>>): ServeHere {
  let stopped: (count: number) => void = () => undefined;
  const ended = Promise.withResolvers<number>();
  const { lines, logged, add } = collectLines(ended.promise);
  const said: Output = {
    isTerminal: false,
    columns: COLUMNS,
    write: (text) => text.split("\n").filter(Boolean).forEach(add),
  };
  const io: Io = {
    ...ioOf(process.cwd(), { ...OWN_ENV, ...env }, said, said),
    onStopSignal(listener) {
      stopped = listener;
      return () => undefined;
    },
  };
  runListed(["serve", "--config", config], io).then(ended.resolve, ended.reject);
  return {
    ...{ lines, logged, exited: ended.promise },
    stop() {
      stopped(1);
      return ended.promise;
    },
  };
}

/** Runs one command to its end, without a terminal. */
export async function runCommand(
  args: readonly string[],
  { cwd, env = {} }: CommandOptions = {},
): Promise<CommandResult> {
  const out = recorder(COLUMNS);
  const err = recorder(COLUMNS);
  const code = await runListed(args, ioOf(resolve(cwd ?? process.cwd()), { ...OWN_ENV, ...env }, out, err));
  return { code, out: out.text(), err: err.text() };
}

function ioOf(cwd: string, real: Record<string, string | undefined>, out: Output, err: Output): Io {
  const env: Record<string, string | undefined> = {};
  const use = (variables: Readonly<Record<string, string>>) => {
    for (const name of Object.keys(env)) delete env[name];
    Object.assign(env, variables, real);
  };
  const file = join(cwd, ".env");
  use(readEnvFile(file).variables);
  return quietIo({
    version: meta.version,
    env,
    envFile: { file, real, use },
    cwd,
    user: userInfo().username,
    out,
    err,
  });
}
