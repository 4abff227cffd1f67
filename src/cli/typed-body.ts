/** The body of a callback that a command line names: a file, or standard input. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { size } from "../basics/format.ts";
import { shown } from "../basics/text.ts";
import { errorLine } from "../operations/error-line.ts";
import type { Cli } from "./cli.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT } from "./io.ts";

/** Bytes: `server.max_body` allows no more. */
const LARGEST = 64 * 1024 * 1024;

/** Ends the command where it cannot be read. @param file `-` for standard input */
export async function bodyFrom({ io }: Pick<Cli, "io">, file: string): Promise<Uint8Array> {
  const read = file === "-" ? io.input : () => readFile(resolve(io.cwd, file));
  if (read === undefined) throw new CommandEnd("There is no standard input: name a file.", EXIT.usage);
  const body = await read().catch((error: unknown) => {
    throw new CommandEnd(`${shown(file)} cannot be read: ${errorLine(error)}`, EXIT.usage);
  });
  if (body.length > LARGEST) throw new CommandEnd(`${shown(file)} is larger than ${size(LARGEST)}.`, EXIT.usage);
  return body;
}
