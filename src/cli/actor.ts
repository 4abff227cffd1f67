/** Who sits at this terminal, as far as anybody says: nobody proves it. */
import { printableLines } from "../basics/text.ts";
import type { Actor } from "../storage/contract/audit.ts";
import { CommandEnd } from "./command-end.ts";
import { EXIT, type Io } from "./io.ts";

const LONGEST_NAME = 100;

/** @param as `--as`, where it was given. Ends the command where a name was given that nobody could read later. */
export function actorAt({ env, user }: Pick<Io, "env" | "user">, as: string | undefined): Actor {
  const given = as ?? (env.UNSUB_BRIDGE_USER || undefined);
  if (given !== undefined) insistOnName(given, as === undefined ? "UNSUB_BRIDGE_USER" : "--as");
  return { name: given ?? user ?? "unknown", front: "terminal", proven: false };
}

function insistOnName(name: string, place: string): void {
  const isLegible = name.trim() === name && name !== "" && printableLines(name) === name && !name.includes("\n");
  if (isLegible && name.length <= LONGEST_NAME) return;
  const words = `${place}: write a name of at most ${LONGEST_NAME} characters, on one line and without blanks at its ends`;
  throw new CommandEnd(words, EXIT.usage);
}
