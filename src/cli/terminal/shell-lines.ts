/** Lines for a shell that fit a terminal and can be copied as they stand: commands go on behind a `\`, comments behind a `#`. Pure. */
import { displayWidth } from "../../basics/width.ts";
import { fitted, wrapped } from "./wrap.ts";

const COMMENT = "  # ";
/** What goes on in another line. */
const CONTINUED = "      ";
const GOES_ON = " \\";
/** With what stands in quotes, which is never broken. */
const WORDS = /(?:"[^"]*"|'[^']*'|\S)+/g;

/** A help text, fitted. @param program the words with which each of its examples begins, indented */
export function fittedHelp(text: string, columns: number, program: string): string {
  if (columns === Number.POSITIVE_INFINITY) return text;
  const fit = (line: string) => {
    if (displayWidth(line) <= columns) return line;
    if (line.startsWith(COMMENT)) return commentLines(line.slice(COMMENT.length), columns);
    return line.startsWith(`  ${program} `) ? commandLines(line, columns) : fitted(line, columns);
  };
  return text.split("\n").map(fit).join("\n");
}

function commentLines(words: string, columns: number): string {
  return wrapped(words, Math.max(1, columns - COMMENT.length))
    .map((line) => COMMENT + line)
    .join("\n");
}

/** Where a word is longer than a line it cannot be copied anyway. */
function commandLines(command: string, columns: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of command.match(WORDS) ?? []) {
    const longer = line === "" ? `  ${word}` : `${line} ${word}`;
    if (line === "" || displayWidth(longer) + GOES_ON.length <= columns) {
      line = longer;
      continue;
    }
    lines.push(line + GOES_ON);
    line = CONTINUED + word;
  }
  lines.push(line);
  return lines.every((one) => displayWidth(one) <= columns) ? lines.join("\n") : fitted(command, columns);
}
