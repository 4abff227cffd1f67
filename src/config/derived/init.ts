/** A first configuration from the few answers that it needs. Pure: the command asks, and writes the files. */
import type { TSchema } from "@sinclair/typebox";
import type { ConnectorType } from "../../connector.ts";

export interface InitAnswers {
  /** From the Chat console. */
  readonly sdkAppId: number;
  /** Built-in types, in the order in which they shall stand; each once. */
  readonly connectors: readonly ConnectorType[];
  /** How the command line is called here. */
  readonly program: string;
}

export interface InitFiles {
  /** bridge.yaml */
  readonly yaml: string;
  /** .env.example */
  readonly env: string;
}

export function renderInit({ sdkAppId, connectors, program }: InitAnswers): InitFiles {
  const yaml = [HEAD(sdkAppId, program), DEFAULTS, "connectors:", ...connectors.map(connectorBlock)].join("\n");
  return { yaml, env: envExample(yaml, connectors) };
}

const HEAD = (sdkAppId: number, program: string) => `# yaml-language-server: $schema=./bridge.schema.json
# Every setting, with its comment: bridge.example.yaml. Check this file with: ${program} check

chat:
  apps:
    - sdk_app_id: ${sdkAppId}
      token: \${CHAT_CALLBACK_TOKEN} # callback authentication, from the Chat console
`;

const DEFAULTS = `# These may be left out: they are the defaults. Paths are relative to this file.
server: { port: 8080, path: /callback }
storage: { url: "sqlite:./data/bridge.db" }
dead_letters: { file: ./data/dead-letters.jsonl }
admin: { port: 8081 } # metrics, for this machine alone; more hosts take accounts

# Where events go. The name of a connector is yours to choose, and then the identity of its queue.`;

function connectorBlock(type: ConnectorType): string {
  const lines = type.example.trimEnd().split("\n");
  const body = lines.map((line) => (line === "" ? "" : `    ${line}`)).join("\n");
  return `  # ${type.summary}\n  # All its settings: connectors/${type.type}/README.md\n  ${type.usualName ?? type.type}:\n${body}\n`;
}

/** The variables that the YAML asks for, each with what it is. */
function envExample(yaml: string, types: readonly ConnectorType[]): string {
  const meanings = new Map(types.flatMap((type) => Object.values(type.settings.properties)).flatMap(meaningOf));
  const names = [...new Set([...yaml.matchAll(VARIABLE)].map(([, name = ""]) => name))];
  const lines = names.map((name) => `# ${meanings.get(name) ?? CHAT_TOKEN}\n${name}=\n`);
  return ["# Copy this file to .env and fill it in. Never commit .env.\n", ...lines].join("\n");
}

const CHAT_TOKEN = "The token of callback authentication, from the Chat console.";
const VARIABLE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** By the variable that a setting names as its example. */
function meaningOf(setting: TSchema): [string, string][] {
  const { examples, description = "" } = setting as { examples?: unknown; description?: string };
  const [example] = Array.isArray(examples) ? (examples as unknown[]) : [];
  const [, name] = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/.exec(String(example)) ?? [];
  return name === undefined ? [] : [[name, description.replaceAll("`", "")]];
}
