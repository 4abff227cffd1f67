/** What decoding finds in a file: its faults, its credentials, and what may be shown of both. */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Config, ConnectorConfig, Fault, LoadResult, StoreAlone } from "./checked-config.ts";
import { wordsOf } from "./connector-types/own-type.ts";
import type { Decoding } from "./decoding/context.ts";
import { secretsInUrl } from "./decoding/secrets.ts";
import type { Env } from "./decoding/variables.ts";
import { type FaultAt, faultIn, sortFaults } from "./faults/fault.ts";
import { ABSENT, digestOf, digestOfSize, LARGEST_DIGESTED } from "./files/digest.ts";
import { textOf } from "./files/utf8.ts";
import type { Settings } from "./schema.ts";
import { concealing, type Source } from "./yaml/source.ts";
import { dotted, type Range } from "./yaml/tree.ts";

export interface Findings {
  readonly decoding: Decoding;
  /** @param alone what can be said of the store where the whole has faults */
  result(
    file: string,
    settings: Settings | undefined,
    connectors: readonly ConnectorConfig[],
    alone: () => Omit<StoreAlone, "secrets" | "secretsAt"> | undefined,
  ): LoadResult;
}

/** Gathers what decoding finds. */
export function openFindings(source: Source, file: string, env: Env, readFrom: Map<string, string>): Findings {
  const faults: FaultAt[] = [];
  const secrets = new Set<string>();
  const secretsAt = new Map<string, string>();
  const concealed = new Set<string>();
  const ranges: Range[] = [];
  const decoding: Decoding = {
    env,
    fault: (fault) => faults.push(fault),
    secret(value, { path }) {
      secrets.add(value);
      // an address may hold several
      const lines = new Set([...(secretsAt.get(dotted(path))?.split("\n") ?? []), value]);
      secretsAt.set(dotted(path), [...lines].join("\n"));
    },
    conceal(text, node) {
      concealed.add(text);
      ranges.push(node.range);
    },
    behind: (offset) => /^.*/.exec(source.text.slice(offset))?.[0] ?? "",
    secretFile(path) {
      const absolute = resolve(dirname(file), path);
      const { digest, ...read } = readSecret(absolute);
      readFrom.set(absolute, digest);
      return read;
    },
  };
  return {
    decoding,
    result(absolute, settings, connectors, alone) {
      const hide = hider([...secrets, ...concealed]);
      const discreet = concealing(source, ranges);
      const sorted = sortFaults(faults.map((fault) => hide(faultIn(discreet, fault))));
      if (settings === undefined || sorted.some(({ severity }) => severity === "error")) {
        const store = alone();
        const found = [...secrets, ...secretsOfProxies(env)];
        return {
          ok: false,
          faults: sorted,
          readFrom,
          ...(store && { alone: { ...store, secretsAt, secrets: found } }),
        };
      }
      const config: Config = {
        ...settings,
        file: absolute,
        connectors,
        secrets: [...secrets, ...secretsOfProxies(env)],
        secretsAt,
        readFrom,
        warnings: sorted,
      };
      return { ok: true, config };
    },
  };
}

/** `http_proxy` and its like may hold a password, which a runtime's error may name. */
function secretsOfProxies(env: Env): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && /^(https?|all)_proxy$/i.test(name)
      ? secretsInUrl(value.includes("://") ? value : `http://${value}`)
      : [],
  );
}

/** A secret that stands in the YAML must not be shown by a fault beside it. Its width is kept for the caret. */
function hider(secrets: readonly string[]): (fault: Fault) => Fault {
  const long = secrets.filter((secret) => secret.length >= SHORTEST_HIDDEN).sort((a, b) => b.length - a.length);
  const hide = (text: string) =>
    long.reduce((line, secret) => line.replaceAll(secret, "*".repeat(secret.length)), text);
  return (fault) => ({ ...fault, what: hide(fault.what), todo: hide(fault.todo), source: hide(fault.source) });
}

/** Characters: shorter ones would blot out ordinary words. */
const SHORTEST_HIDDEN = 4;

const LARGEST_SECRET = 64 * 1024;
const NOT_UTF8 = {
  ok: false,
  why: "it is not text in UTF-8",
  todo: "save it as UTF-8; PowerShell: Out-File -Encoding utf8",
} as const;

function readSecret(file: string): ReturnType<Decoding["secretFile"]> & { readonly digest: string } {
  const tooLarge = { ok: false, why: "it is too large for a secret" } as const;
  try {
    const { size } = statSync(file);
    if (size > LARGEST_DIGESTED) return { ...tooLarge, digest: digestOfSize(size) };
    const bytes = readFileSync(file);
    const digest = digestOf(bytes);
    if (size > LARGEST_SECRET) return { ...tooLarge, digest };
    const text = textOf(bytes);
    return text === undefined ? { ...NOT_UTF8, digest } : { ok: true, text, digest };
  } catch (error) {
    return { ok: false, why: wordsOf(error), digest: ABSENT };
  }
}
