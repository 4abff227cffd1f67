/** Commands that are printed to be copied into a shell. Pure. */
import { quotedForShell, type Typed } from "../basics/typed.ts";
import { DEFAULT_CONFIG, defaultConfig } from "./cli.ts";
import type { Io } from "./io.ts";

export function traceArguments(user: string, configFile: string, byDefault: string = DEFAULT_CONFIG): string {
  return `trace${configArgument(configFile, byDefault)} ${user.startsWith("-") ? "-- " : ""}${quotedForShell(user)}`;
}

export function configArgument(configFile: string, byDefault: string): string {
  return configFile === byDefault ? "" : ` --config ${quotedForShell(configFile)}`;
}

/**
 * Commands that ask the store of the bridge that runs here, for people elsewhere: their shell has none of its variables, unless what
 * they type sets them itself, as the commands do that we install.
 */
export function typedBeside({ name, env }: Pick<Io, "name" | "env">, configFile: string): Typed {
  const byDefault = env.UNSUB_BRIDGE_PROGRAM ? defaultConfig({ env }) : DEFAULT_CONFIG;
  const config = configArgument(configFile, byDefault);
  return (command) => `${name} ${command}${config}`;
}
