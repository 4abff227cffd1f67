/**
 * A type's stand-in for people, not for tests: `bridge sandbox` starts it, so that a configuration is tried without an account.
 * A type offers one by exporting `standIn` from its sandbox.ts.
 */
import type { SandboxRequest } from "./exchange.ts";
import type { Sandbox, SandboxPlace } from "./held-sandbox.ts";

export interface StandIn {
  /** What stands below a connector's name in the YAML to send to the stand-in at this address; its credentials are variables with a
   * made-up value that begins with `sandbox-` (`${API_KEY:-sandbox-api-key}`): `check` warns of any other in clear text.
   */
  yaml(url: string): string;
  /**
   * Starts it: it takes whatever credential has the right form, and knows everybody but `isStranger`; otherwise it is as strict as
   * its destination. Rejects when the port is taken.
   */
  start(options: StandInOptions): Promise<StartedStandIn>;
}

export interface StandInOptions extends SandboxPlace {
  readonly port: number;
  /** Whom the destination does not know. */
  readonly isStranger: (user: string) => boolean;
}

export interface StartedStandIn {
  readonly sandbox: Sandbox;
  /** Whom a request that it has answered was about, and what it said of them; empty when it was about nobody. */
  tell(request: SandboxRequest): readonly Told[];
}

/** One person in a request. */
export interface Told {
  /** Their id, as the request had it. */
  readonly person: string;
  /** Values by what they were set for; empty of a look-up. */
  readonly set: Readonly<Record<string, unknown>>;
}
