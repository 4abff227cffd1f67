/**
 * A store that an option of the command line names. What stands there is seen by everybody on the machine (`ps`), and kept by
 * the shell's history: a URL with a password comes from an environment variable, whose name may stand there.
 */
import { withEnvironment } from "../basics/postgres-url.ts";
import { nearest } from "../basics/suggest.ts";
import { oddityOf } from "../config/credentials/damage.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT, type Io } from "./io.ts";

/**
 * The store's URL, as `storage.url` has it: `sqlite:` and a path, or `postgres://…`. Ends the command with the way out when it
 * has a password, or names a variable that there is not.
 * @param text the name of an environment variable, a URL, or a path of a SQLite store (with a `/` or a `.` in it)
 * @param option as it was typed: `--to`
 */
export function storeUrl(text: string, { env, option }: Pick<Io, "env"> & { readonly option: string }): string {
  if (text.trim() === "") {
    // a shell has put nothing in the place of "$DATABASE_URL"
    const todo = "give a path, or the name of a variable, without a $";
    throw new CommandEnd(`${option}: nothing stands there; ${todo}: ${option} DATABASE_URL`, EXIT.usage);
  }
  const [, braced, plain] = VARIABLE.exec(text) ?? [];
  const name = braced ?? plain;
  if (name !== undefined) return variable(name, env, option);
  if (hasPassword(text)) {
    throw new CommandEnd(
      `${option}: a URL with a password is seen by everybody on this machine, in the list of processes; ` +
        `put it into an environment variable and give its name, without a $: ${option} DATABASE_URL`,
      EXIT.usage,
    );
  }
  return SCHEME.test(text) ? withEnvironment(text, env) : `sqlite:${text}`;
}

/** `NAME`, and what a shell left alone: `$NAME`, `${NAME}`. */
const VARIABLE = /^\$?(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))$/;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;

function variable(name: string, env: Io["env"], option: string): string {
  const value = env[name]?.trim() ?? "";
  const odd = oddityOf(value);
  if (odd !== undefined) throw new CommandEnd(`${option}: the value of ${name} ${odd.what}; ${odd.todo}`, EXIT.usage);
  if (value !== "") return withEnvironment(value, env);
  const near = nearest(name, Object.keys(env));
  const todo = near === undefined || near === name ? `set it, or write a path as ./${name}` : `did you mean ${near}?`;
  throw new CommandEnd(`${option}: there is no environment variable ${name}; ${todo}`, EXIT.usage);
}

/** Whether a URL holds a password, however badly it is written. */
function hasPassword(url: string): boolean {
  const [, authority = ""] = /^[^:/]+:\/\/(.*)$/s.exec(url) ?? [];
  // a password may hold anything, also what begins a path or a query
  const user = authority.slice(0, Math.max(0, authority.lastIndexOf("@")));
  return user.includes(":") || /[?&](ssl)?password=/i.test(url);
}
