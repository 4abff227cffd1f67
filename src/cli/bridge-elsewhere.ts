/** A bridge elsewhere, which `--url` names: asked by its API, with a token that never stands on the command line. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Remote } from "../api/remote/client.ts";
import { isLoopback } from "../basics/loopback.ts";
import { shownUrl } from "../basics/shown-url.ts";
import { shown } from "../basics/text.ts";
import { oddityOf } from "../config/credentials/damage.ts";
import { isOrdinary } from "../config/credentials/ordinary.ts";
import { pastedForm } from "../config/credentials/pasted.ts";
import { errorLine } from "../operations/error-line.ts";
import type { Known } from "../operations/known.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT, type Io } from "./io.ts";

export interface RemoteOptions {
  readonly url?: string;
  readonly tokenFile?: string;
}

/** The variable that holds the token. */
export const TOKEN_VARIABLE = "UNSUB_BRIDGE_TOKEN";

/** Ends the command where the address is none that a token may be sent to, or there is no token. */
export async function remoteBy(
  url: string,
  { tokenFile }: RemoteOptions,
  io: Pick<Io, "env" | "cwd" | "version">,
): Promise<Remote> {
  return { url: addressIn(url), token: await tokenBy(tokenFile, io), version: io.version };
}

function addressIn(text: string): string {
  if (!URL.canParse(text)) {
    // it may hold a password, whatever is wrong with it
    throw usage("--url: what stands there is no address; write one such as https://bridge.example.com");
  }
  const { protocol, hostname, username, password, search, hash, origin, pathname } = new URL(text);
  if (username !== "" || password !== "") {
    throw usage(`--url: leave out what stands before the @ of ${shownUrl(text)}: the token comes from ${WAYS}`);
  }
  if (protocol !== "https:" && protocol !== "http:") {
    throw usage(`--url: ${shown(shownUrl(text))} begins neither with https:// nor with http://`);
  }
  if (protocol === "http:" && !isLoopback(hostname.replaceAll(/[[\]]/g, ""))) {
    throw usage("--url: over http:// everybody on the way reads the token; write https://, or tunnel to 127.0.0.1");
  }
  if (search !== "" || hash !== "") throw usage("--url: leave out what stands behind ? or #");
  return origin + pathname.replace(/\/+$/, "");
}

/** Characters: so long is each of `admin.accounts`. */
const SHORTEST_TOKEN = 20;

const WAYS = `the variable ${TOKEN_VARIABLE}, or a file, --token-file FILE`;

async function tokenBy(file: string | undefined, { env, cwd }: Pick<Io, "env" | "cwd">): Promise<string> {
  if (file === undefined) {
    const token = env[TOKEN_VARIABLE]?.trim() ?? "";
    if (token === "") throw usage(`--url: as whom? The token of one of its admin.accounts comes from ${WAYS}`);
    return insistOnToken(token, TOKEN_VARIABLE);
  }
  const text = await readFile(resolve(cwd, file), "utf8").catch((error: unknown) => {
    // the token itself may stand there by mistake
    const isPath = file.length < SHORTEST_TOKEN || (/[/.\\]/.test(file) && isOrdinary(file));
    const name = isPath ? shown(file) : "the file";
    throw usage(`--token-file: ${name} cannot be read: ${errorLine(error).replaceAll(file, name)}`);
  });
  return insistOnToken(text.trim(), "--token-file");
}

/** What no header can hold is never sent, and never shown. */
function insistOnToken(token: string, place: string): string {
  const odd = oddityOf(token) ?? pastedForm(token);
  if (odd !== undefined) throw usage(`${place}: what is there ${odd.what}; ${odd.todo}`);
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw usage(`${place}: what is there is no token: one line, without blanks`);
}

const usage = (words: string): CommandEnd => new CommandEnd(words, EXIT.usage);

/** Nothing of its configuration is known here. */
export function remoteKnown({ url, token }: Remote): Known {
  const secrets = [token];
  return { file: url, readFrom: new Map(), connectors: [], secrets, secretsAt: new Map(), unclear: "all" };
}
