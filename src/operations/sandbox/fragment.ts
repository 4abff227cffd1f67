/** Connectors as a configuration has them that sends to stand-ins. Pure. */
import type { ConnectorType } from "../../connector.ts";

/** What stands below the name of one. */
export interface FragmentPart {
  readonly type: Pick<ConnectorType, "type" | "usualName">;
  readonly yaml: string;
}

/** What they are called: as `init` does. */
export function nameOf({ type, usualName }: FragmentPart["type"]): string {
  return usualName ?? type;
}

/** YAML that begins with `connectors:`, to be pasted. */
export function fragmentOf(parts: readonly FragmentPart[]): string {
  return `connectors:\n${parts.map(({ type, yaml }) => yamlBlock(nameOf(type), yaml)).join("\n\n")}\n`;
}

/** One of them, as it stands below `connectors:`. */
export function yamlBlock(name: string, yaml: string): string {
  return `  ${name}:\n${indented(yaml)}`;
}

function indented(yaml: string): string {
  const lines = yaml.trimEnd().split("\n");
  return lines.map((line) => (line === "" ? "" : `    ${line}`)).join("\n");
}
