/** What decoding shares: where a value stands, where it gets what is not in the file, and where it reports to. */
import type { FaultAt } from "../faults/fault.ts";
import type { Path, Range, YamlNode } from "../yaml/tree.ts";
import type { Stray } from "./realign.ts";
import type { Env } from "./variables.ts";

/** What a value becomes that has a fault; the fault is reported. */
export const INVALID: unique symbol = Symbol("invalid");

/** Where decoding gets what is not in the file, and where it leaves what it finds. */
export interface Decoding {
  readonly env: Env;
  fault(fault: FaultAt): void;
  /** A credential, and where the YAML wants it: removed wherever it would show. */
  secret(value: string, at: At): void;
  /** A text that may hold a credential: no fault shows it, its line is masked. */
  conceal(text: string, node: YamlNode): void;
  /** Whether a setting may be told to come from this variable: the file names it nowhere, and no other setting was told so. */
  isFree(variable: string, at: At): boolean;
  /** Names that stand below this block of the file. */
  namesBelow(block: string): readonly string[];
  /** The rest of a line of the file. */
  behind(offset: number): string;
  /** The content of `{ file: path }`, or why there is none; the path is relative to the YAML file. */
  secretFile(path: string): SecretText;
}

export type SecretText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string; readonly todo?: string };

/** Where a value stands: its path, and the range to show when it has none of its own. */
export interface At {
  readonly path: Path;
  readonly keyRange: Range;
}

export function below(at: At, part: string | number, keyRange: Range): At {
  return { path: [...at.path, part], keyRange };
}

/** Reports a fault of this node and says that it is invalid. */
export function refuse(
  decoding: Decoding,
  at: At,
  node: YamlNode,
  what: string,
  todo: string,
  severity: "error" | "warning" = "error",
): typeof INVALID {
  decoding.fault({ offset: placeIn(node, at), path: at.path, what, todo, severity });
  return INVALID;
}

/** The same for a value of the wrong shape, which is never worth showing: the settings around it may be a credential's. */
export function refuseShape(decoding: Decoding, at: At, node: YamlNode, what: string, todo: string): typeof INVALID {
  decoding.conceal("", node);
  return refuse(decoding, at, node, what, todo);
}

/** An absent value (`name:`) is shown at its name. */
export function placeIn(node: YamlNode, at: At): number {
  return node.range[1] > node.range[0] ? node.range[0] : at.keyRange[0];
}

/** Reports settings that stand in the wrong column. */
export function refuseStrays(strays: readonly Stray[], at: At, decoding: Decoding): void {
  for (const { entry, what, todo } of strays) {
    decoding.conceal("", entry.value);
    decoding.fault({ offset: entry.keyRange[0], path: [...at.path, entry.key], what, todo });
  }
}
