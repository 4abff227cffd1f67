/** Whether what a file exports is a connector type, or all that is wrong with it. Pure. */
import { Kind } from "@sinclair/typebox";
import type { ConnectorType } from "../../connector.ts";
import { typesIn } from "./exported.ts";

export interface ShapeFault {
  readonly what: string;
  readonly todo: string;
}

export type JudgedType =
  | { readonly ok: true; readonly type: ConnectorType }
  | { readonly ok: false; readonly faults: readonly ShapeFault[] };

/** @param module what the runtime hands out for a file */
export function judgeExports(module: unknown): JudgedType {
  const [type, another] = typesIn(module);
  if (another !== undefined) {
    return { ok: false, faults: [{ what: "the file exports several connector types", todo: "export one" }] };
  }
  const meant: unknown = type ?? lookalike(module);
  if (meant === undefined) return { ok: false, faults: [NONE] };
  const faults = shapeFaults(meant);
  return type !== undefined && faults.length === 0 ? { ok: true, type } : { ok: false, faults };
}

const NONE: ShapeFault = {
  what: "the file exports no connector type",
  todo: "write `export const connector = connectorType({ … })`, as in config/example-connector/board.ts",
};

interface Part {
  readonly fits: (value: unknown) => boolean;
  /** What is expected, as one writes it. */
  readonly write: string;
  /** It may be left out. */
  readonly isOptional?: true;
}

const PARTS: Readonly<Record<keyof ConnectorType, Part>> = {
  type: {
    fits: (value) => typeof value === "string" && /^[a-z][a-z0-9_-]{0,62}$/.test(value),
    write: 'a word of lower-case letters, digits, _ and -: `type: "board"`',
  },
  summary: { fits: isText, write: 'one line for marketers: `summary: "Posts a line to our message board."`' },
  usualName: { fits: isText, write: "a text, or nothing", isOptional: true },
  settings: {
    fits: (value) => typeof value === "object" && value !== null && Reflect.get(value, Kind) === "Object",
    write: "`settings: Type.Object({ … })`, with `Type` from unsub-bridge/connector",
  },
  example: { fits: isText, write: 'its settings in YAML: `example: "type: ./my-connector.ts\\n…"`' },
  largestBatch: { fits: isFunction, write: "how many deliveries go in one request: `largestBatch: () => 1`" },
  concurrency: {
    fits: (value) => Number.isInteger(value) && Number(value) > 0,
    write: "how many requests at once, a whole number from 1 on: `concurrency: 2`",
  },
  budgets: {
    fits: areRates,
    write: "`budgets: { default: { requests: 10, perMs: 1_000 } }`, or `budgets: {}` for no limit",
  },
  writes: {
    fits: (value) => value === "state" || value === "fact",
    write: '`writes: "fact"` where each one counts, `writes: "state"` where only the newest does',
  },
  destination: { fits: isFunction, write: "where it writes: `destination: ({ url }) => url`" },
  account: { fits: isFunction, write: "whose limits it shares: `account: ({ token }) => token`" },
  lint: { fits: isFunction, write: "a function that returns a list of faults, or nothing", isOptional: true },
  open: {
    fits: isFunction,
    write: "a function that returns `deliver`, `check` and `preview`: `open(settings, tools) { … }`",
  },
};

function shapeFaults(type: unknown): ShapeFault[] {
  return Object.entries(PARTS).flatMap(([name, { fits, write, isOptional }]) => {
    const value: unknown = Reflect.get(Object(type), name);
    if (value === undefined && isOptional) return [];
    if (fits(value)) return [];
    const what =
      value === undefined ? `the connector type has no "${name}"` : `the connector type's "${name}" is not right`;
    return [{ what, todo: `write ${write}` }];
  });
}

/** So many parts of a connector type are no accident. */
const FEWEST_PARTS = 3;

/** What was probably meant to be one, without the parts that one is known by. */
function lookalike(module: unknown): object | undefined {
  const exported = typeof module === "object" && module !== null ? Object.values(module) : [];
  const parts = (value: object) => Object.keys(PARTS).filter((name) => name in value).length;
  return exported.find((value): value is object => {
    return typeof value === "object" && value !== null && parts(value) >= FEWEST_PARTS;
  });
}

function areRates(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).every(
    (rate: unknown) =>
      isPositive(Reflect.get(Object(rate), "requests")) && isPositive(Reflect.get(Object(rate), "perMs")),
  );
}

function isPositive(value: unknown): boolean {
  return typeof value === "number" && value > 0;
}

function isText(value: unknown): boolean {
  return typeof value === "string";
}

function isFunction(value: unknown): boolean {
  return typeof value === "function";
}
