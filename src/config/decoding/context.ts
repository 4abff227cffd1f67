/** What decoding shares: where it reports to, and the texts of scalars with their variables replaced. */
import type { TSchema } from "@sinclair/typebox";
import type { FaultAt } from "../faults/fault.ts";
import type { Path, Range, YamlNode, YamlScalar } from "../yaml/tree.ts";
import { type Env, type Piece, substitute } from "./variables.ts";

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
  /** The rest of a line of the file. */
  behind(offset: number): string;
  /** The content of `{ file: path }`, or why there is none; the path is relative to the YAML file. */
  secretFile(path: string): SecretText;
}

export type SecretText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string; readonly todo?: string };

/** decode.ts, for the parts of it that need the whole. */
export type Decode = (schema: TSchema, node: YamlNode, at: At, decoding: Decoding) => unknown;

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

/** An absent value (`name:`) is shown at its name. */
export function placeIn(node: YamlNode, at: At): number {
  return node.range[1] > node.range[0] ? node.range[0] : at.keyRange[0];
}

/** A scalar's text with its variables replaced. */
export interface ReplacedText {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Names of the variables in it. */
  readonly variables: readonly string[];
  /** True when it stands in the file as it is. */
  readonly isLiteral: boolean;
  /** True when it is the content of a file of its own. */
  readonly isFromFile?: boolean;
  /** True when no message may quote it. */
  readonly isConcealed?: boolean;
}

/** Reports variables that are not set. */
export function replaceVariables(node: YamlScalar, at: At, decoding: Decoding): ReplacedText | typeof INVALID {
  const { pieces, missing, malformed } = substitute(node.text, decoding.env);
  const offsetOf = (index: number) => (node.textAt === undefined ? node.range[0] : node.textAt + index);
  for (const { name, offset } of missing) {
    const todo = `set it, or give a default: \${${name}:-default}`;
    const what = `the environment variable ${name} is not set`;
    decoding.fault({ offset: offsetOf(offset), path: at.path, what, todo, variable: name });
  }
  if (malformed !== undefined) {
    const todo = "write ${NAME} or ${NAME:-default} for an environment variable, $${ for the characters themselves";
    decoding.fault({ offset: offsetOf(malformed), path: at.path, what: "${ begins no variable here", todo });
  }
  if (missing.length > 0 || malformed !== undefined) return INVALID;
  const variables = pieces.flatMap(({ variable }) => variable ?? []);
  const text = pieces.map((piece) => piece.text).join("");
  return { text, pieces, variables, isLiteral: text === node.text };
}

/** A wrong value as a message may show it: what came from the environment may be a credential that went astray. */
export function shown({ text, variables, isConcealed }: ReplacedText): string {
  if (variables.length > 0) return `the value of ${variables.join(" and ")}`;
  if (isConcealed) return "the value";
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}
