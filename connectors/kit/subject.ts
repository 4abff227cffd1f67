/** What the suite is about: a connector type, a stand-in of its destination, and a rule to keep. */
import type { Connector, ConnectorType, Delivery } from "../../src/connector.ts";
import type { SandboxRequest } from "./exchange.ts";
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
}

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
  /** Which requests write; the faults then hit those too when everything before them went well. */
  readonly isWrite?: (request: SandboxRequest) => boolean;
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
