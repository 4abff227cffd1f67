/** How this program was called, so that the commands that it prints can be copied. Pure. */
import { basename, dirname, relative } from "node:path";

export interface TypedCall {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The file that runs, absolute; or, of an executable of one file, that file. */
  readonly file: string;
  readonly by: "bun" | "deno" | "itself";
  /** Of Bun. */
  readonly version?: string | undefined;
}

/** Scripts of our package.json that run this program. */
const SCRIPTS: ReadonlySet<string> = new Set(["bridge", "demo", "start"]);

/** `unsub-bridge` of a command that a host's files install, `bun run src/main.ts`, `npx bun@1.4.5 run bridge` … */
export function programName({ env, cwd, file, by, version }: TypedCall): string {
  // the commands that we install say what they are called
  if (env.UNSUB_BRIDGE_PROGRAM) return env.UNSUB_BRIDGE_PROGRAM;
  const { INIT_CWD, npm_config_user_agent: runner = "", npm_lifecycle_event: script = "", PATH = "" } = env;
  switch (by) {
    case "itself":
      return PATH.split(/[:;]/).includes(dirname(file)) ? basename(file) : asTyped(file, cwd, "./");
    case "deno":
      // set by `deno task`, which does not name the task
      return INIT_CWD === undefined ? `deno run -A ${asTyped(file, cwd)}` : "deno task bridge";
    case "bun": {
      // by npx: there may be no Bun on the PATH
      const bun = runner.startsWith("npm/") ? `npx bun@${version}` : "bun";
      return `${bun} run ${SCRIPTS.has(script) ? "bridge" : asTyped(file, cwd)}`;
    }
  }
}

function asTyped(file: string, cwd: string, here = ""): string {
  const near = relative(cwd, file);
  const path = near.startsWith("..") || near === "" ? file : here + near;
  return /[\s'"$\\]/.test(path) ? `"${path.replace(/(["$\\])/g, "\\$1")}"` : path;
}
