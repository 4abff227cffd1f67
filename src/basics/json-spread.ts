/** Sound JSON with a value a line. Nothing of it is read: long numbers, and how a text is written, stay as they are. Pure. */

const TOKENS = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const INDENT = "  ";

export function spreadJson(text: string): string {
  const lines: string[] = [];
  let line = "";
  let depth = 0;
  let last = "";
  const breakLine = () => {
    lines.push(line);
    line = INDENT.repeat(depth);
  };
  for (const [token] of text.matchAll(TOKENS)) {
    const opened = last === "{" || last === "[";
    if (token === "}" || token === "]") {
      depth -= 1;
      if (!opened) breakLine();
    } else if (opened) {
      breakLine();
    }
    line += token;
    if (token === "{" || token === "[") depth += 1;
    else if (token === ",") breakLine();
    else if (token === ":") line += " ";
    last = token;
  }
  return [...lines, line].join("\n");
}
