/** The demo's temporary folder: configuration, store, dead letters and log. Nothing is written anywhere else. */
import { createWriteStream } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readAsset } from "../basics/assets.ts";

export interface DemoFolder {
  readonly path: string;
  /** The YAML file. */
  readonly config: string;
  readonly log: string;
  readonly deadLetters: string;
  /** Writes the configuration, its variables filled in, with further connectors below the last one. */
  writeConfig(values: Readonly<Record<string, string>>, further: string): Promise<void>;
  /** Appends to the log. */
  writeLog(line: string): void;
  /** Resolves when the log is written. */
  close(): Promise<void>;
}

export async function makeDemoFolder(): Promise<DemoFolder> {
  const [path, source] = await Promise.all([mkdtemp(join(tmpdir(), "unsub-demo-")), readAsset("config/demo.yaml")]);
  // editors find it beside the configuration
  await writeFile(join(path, "bridge.schema.json"), await readAsset("config/bridge.schema.json"));
  const config = join(path, "bridge.yaml");
  const log = join(path, "bridge.log");
  const logging = createWriteStream(log, { flags: "a", mode: 0o600 });
  // a disk that is full takes no log, and the story tells what else it takes nothing of
  logging.on("error", () => undefined);
  return {
    path,
    config,
    log,
    deadLetters: join(path, "dead-letters.jsonl"),
    writeConfig: (values, further) => writeFile(config, withValues(source, values) + further),
    writeLog: (line) => {
      logging.write(line);
    },
    close: () => new Promise((resolve) => logging.end(() => resolve())),
  };
}

/** Puts values in place of `${NAME}` and `${NAME:-default}`; a default stays where there is no value. Pure. */
export function withValues(source: string, values: Readonly<Record<string, string>>): string {
  return source.replace(/\$\{(\w+)(?::-([^}]*))?\}/g, (whole, name: string, byDefault?: string) => {
    return values[name] ?? byDefault ?? whole;
  });
}
