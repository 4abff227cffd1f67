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
  /** Where connectors send to stand-ins on this machine: nothing is left to be filled in. */
  readonly sandbox?: SandboxAnswers;
}

export interface SandboxAnswers {
  /** Of callback authentication. */
  readonly chatToken: string;
  /** What stands below the name of a connector of this type. */
  yamlOf(type: string): string;
}

export interface InitFiles {
  /** bridge.yaml */
  readonly yaml: string;
  /** .env.example; absent where there are no variables. */
  readonly env?: string;
}

export function renderInit({ sdkAppId, connectors, program, sandbox }: InitAnswers): InitFiles {
  const token = sandbox?.chatToken ?? "${CHAT_CALLBACK_TOKEN}";
  const head = HEAD(sdkAppId, token, program);
  const places = sandbox === undefined ? [DEFAULTS] : [DEFAULTS, SANDBOX(program)];
  const blocks = connectors.map((type) => connectorBlock(type, sandbox?.yamlOf(type.type) ?? type.example));
  const yaml = [head, places.join("\n"), "connectors:", ...blocks].join("\n");
  return sandbox === undefined ? { yaml, env: envExample(yaml, connectors) } : { yaml };
}

const HEAD = (sdkAppId: number, token: string, program: string) => `# yaml-language-server: $schema=./bridge.schema.json
# Every setting, with its comment: bridge.example.yaml. Check this file with: ${program} check

chat:
  apps:
    - sdk_app_id: ${sdkAppId}
      token: ${token} # callback authentication, from the Chat console
`;

const DEFAULTS = `# These may be left out: they are the defaults. Paths are relative to this file.
server: { port: 8080, path: /callback }
storage: { url: "sqlite:./data/bridge.db" }
dead_letters: { file: ./data/dead-letters.jsonl }
admin: { port: 8081 } # metrics, for this machine alone; more hosts take accounts

# Where events go. The name of a connector is yours to choose, and then the identity of its queue.`;

const SANDBOX = (
  program: string,
) => `# These send to the stand-ins that \`${program} sandbox\` starts, their credentials are made up: to go on,
# take the addresses out, and set the variables in .env.`;

function connectorBlock(type: ConnectorType, example: string): string {
  const lines = example.trimEnd().split("\n");
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
