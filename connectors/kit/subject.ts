/** What the suite is about: a connector type, a stand-in of its destination, and a rule to keep. */
import type { Connector, ConnectorType, Delivery } from "../../src/connector.ts";
import type { SandboxAnswer, SandboxRequest } from "./exchange.ts";
import type { Sandbox } from "./sandbox.ts";

/** A destination's stand-in, and the settings that point a connector at it. */
export interface Stage {
  readonly sandbox: Sandbox;
  /** As a user would write them, less what has a default. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Credentials in these settings: none may show in what the connector says. */
  readonly secrets: readonly string[];
  /** What the destination holds now, comparable: the same before and after means that nothing changed over there. */
  holds(): unknown;
  /** Its persons; absent where what it holds is about nobody. */
  readonly people?: People;
  /** The same account's settings as they would be written for another region, or another address, than its own. */
  readonly astray?: Readonly<Record<string, unknown>>;
}

/** The persons of a destination. */
export interface People {
  /** Makes it know this user from now on, as whoever signs up; absent where it takes anybody. */
  meet?(user: string): void;
  /** What it holds of this very user, comparable; undefined where nothing was ever written of them. */
  about(user: string): unknown;
}

/**
 * Of a destination and its stand-in, what rules are about that not every one has: `failing` and `limits` as in `Subject`, `people` as in
 * `Stage`, and whether they have to be met first (`strangers`); `astray`; `batches` of more than one.
 */
export type Part = "failing" | "limits" | "people" | "strangers" | "astray" | "batches";

export interface Subject {
  readonly type: ConnectorType;
  /** Told apart from other subjects of the same type: `in batches`. */
  readonly variant?: string;
  /** Starts the destination. It must know the users `user-1` to `user-3`. */
  start(): Promise<Stage>;
  /**
   * What a 200 means to this type whose body is foreign, was cut, or says something else than that it was done. Unless set, nothing
   * is delivered by it; only a type that documents its status line as the answer may take it for delivered.
   */
  readonly unreadable?: "retry" | "delivered";
  /** Its success is documented as `{}`, which says nothing: that body is then believed, and no other. */
  readonly saysNothing?: true;
  /** Which requests write; the faults then hit those too when everything before them went well. */
  readonly isWrite?: (request: SandboxRequest) => boolean;
  /** Its answer to a write, as it would be had it refused what is about this user, and nothing else. */
  readonly failing?: (answer: SandboxAnswer, request: SandboxRequest, user: string) => SandboxAnswer;
  /** Answers by which it says that it was asked too often, beside 429: a 403 with the body that it documents for that. */
  readonly limits?: readonly SandboxAnswer[];
  /** Which requests it answers so; all unless set. */
  readonly isLimited?: (request: SandboxRequest) => boolean;
  /** Whose id it can never hold, by what it documents: these are rejected before anything is sent. */
  readonly refuses?: (user: string) => boolean;
  /**
   * What it has nothing of, and why, so that the rules about it have nothing to try. Where this is given, all that it does not name must
   * be there: no rule passes by having looked at nothing.
   */
  readonly lacks?: Readonly<Partial<Record<Part, string>>>;
  /** Values for the `${VARIABLES}` of the example, where any text will not do. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One destination and one connector, for the rules of a group. */
export interface World {
  readonly subject: Subject;
  readonly stage: Stage;
  readonly connector: Connector;
  readonly deliveries: readonly Delivery[];
}

/** Which requests a fault hits, and how a rule's name says so. */
export interface Where {
  readonly words: string;
  readonly when?: (request: SandboxRequest) => boolean;
}

export interface Rule<Subject> {
  readonly name: string;
  readonly keeps: (subject: Subject) => void | Promise<void>;
}
