/** One thing that can be asked or done by the API: declared once for validation, types, description and answer. */
import type { Static, TObject, TSchema } from "@sinclair/typebox";
import type { Identity } from "../admin/identity.ts";
import type { Config } from "../config/checked-config.ts";
import type { PlanRuns } from "../operations/deliveries/plan-runs.ts";
import type { Operations } from "../operations/operations.ts";
import type { Handed } from "./wire/codec.ts";

/** What every call may use. */
export interface ApiOptions {
  /** What is asked of the store and done to it, in the name of whoever asks. */
  readonly operations: (who: Identity) => Operations;
  /** The settings in force. */
  readonly config: () => Config;
  /** Of this program. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told what kept a call from its answer, for the log. */
  readonly onUnanswered: (path: string, error: unknown) => void;
  /** Repairs that go on when nobody waits for them. */
  readonly runs: PlanRuns;
}

export interface ApiCall<Q extends TObject = TObject, B extends TObject = TObject> {
  /** Parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Static<Q>;
  readonly body: Static<B>;
  readonly operations: Operations;
  readonly identity: Identity;
  readonly config: Config;
  readonly now: number;
  readonly version: string;
  readonly runs: PlanRuns;
}

export interface Endpoint<Q extends TObject = TObject, B extends TObject = TObject, A extends TSchema = TSchema> {
  readonly method: "GET" | "POST";
  /** Below `/api/v1`: `/connectors/{name}`. */
  readonly path: string;
  /** In a few words, and in as many as are needed. */
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  readonly least: "viewer" | "operator";
  /** What each part of the path is. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Q;
  readonly body?: B;
  /** Of the answer: 200 unless set. `location`: of what is to be followed, below `/api/v1`. */
  readonly status?: 202;
  readonly answer: A;
  /** Refusals beside those that any call may meet. */
  readonly refusals?: Readonly<Partial<Record<404 | 409, string>>>;
  act(call: ApiCall<Q, B>): Promise<Handed<Static<A>>>;
}

export const TAGS = {
  status: "How everything is",
  connectors: "Connectors",
  people: "People",
  deliveries: "Deliveries",
  "dead-letters": "Dead letters, and plans to repair them",
  quarantine: "Callbacks that could not be understood",
  watching: "Alarms, healing, audit",
  configuration: "Configuration",
} as const;

export type Tag = keyof typeof TAGS;

/** Declares one: the types of query, body and answer follow from their schemas. */
export function endpoint<const Q extends TObject, const B extends TObject, const A extends TSchema>(
  declared: Endpoint<Q, B, A>,
): Endpoint {
  // each is called with what its own schemas have let through
  return declared as unknown as Endpoint;
}
