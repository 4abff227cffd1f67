/** Connectors as the configuration declares them, and as the store knows them. */
import type { Reason } from "../../connector.ts";

/** A connector as the configuration declares it. */
export interface Registration {
  readonly name: string;
  readonly type: string;
  /** `state` connectors are subject to supersession. */
  readonly writes: "state" | "fact";
  /** A former name whose queue, ledger and delivery ids this connector adopts. */
  readonly was?: string;
  /** Which events of the past it gets when it is new: none, all, or those received since (milliseconds since 1970). */
  readonly start: "now" | "all" | number;
  /** Where it writes, without secrets. */
  readonly destination: string;
  /** Hash of everything that could cure its trouble (settings, credentials): a change of it lifts every pause but a person's. */
  readonly fingerprint: string;
}

/** Why a connector is paused. */
export type PauseCause = "credentials" | "refusing" | "gone" | "person";

/** A rejection that is not yet a dead letter: nobody knows yet whether the destination refuses only this one. */
export interface HeldRejection {
  readonly event: number;
  readonly reason: Reason;
}

/** A delivery that its destination neither took nor refused: to be tried again. */
export interface PutOff {
  readonly event: number;
  readonly reason: Reason;
}

/** A connector's condition. One document, changed by compare-and-set. */
export interface ConnectorState {
  readonly status: "ready" | "backing_off" | "paused";
  readonly cause?: PauseCause;
  readonly reason?: Reason;
  /** Who paused it, by the name under which it was done; `reason` has their words. Absent: nobody did, or an older release was told to. */
  readonly by?: string;
  /** Troubles of the whole destination in a row. */
  readonly failures: number;
  /** True while the destination itself named the time (`Retry-After`): the connector's clock stands still. */
  readonly told: boolean;
  /** Rejections in a row without one success. */
  readonly held: readonly HeldRejection[];
  /** Of the rejections in a row, how many have ended as dead letters; absent: none. A machine of an older release forgets them. */
  readonly buried?: number;
  /** Events with which credentials were refused, while nothing else was answered for them; absent: none. */
  readonly refused?: readonly number[];
  /**
   * Different deliveries in a row that were put off, each with its latest reason; absent: none. Kept beside the document: a
   * machine of an older release writes that whole, and would forget them.
   */
  readonly putOff?: readonly PutOff[];
}

export const READY: ConnectorState = { status: "ready", failures: 0, told: false, held: [] };

/** A state to be written. */
export interface StateChange {
  /** The version that it was computed from. */
  readonly from: number;
  readonly state: ConnectorState;
  /** Milliseconds until the next probe; `null`: never by itself. Ignored when ready. */
  readonly probeInMs: number | null;
}

/** Deliveries that a destination took, saying that it holds something else. Times in milliseconds since 1970. */
export interface Differing {
  readonly count: number;
  readonly since: number;
  /** The latest. */
  readonly at: number;
  /** Of the latest. */
  readonly note: string;
}

/** A connector as the store knows it. */
export interface ConnectorRow {
  readonly name: string;
  /** The name in its delivery ids: the first one that it had. */
  readonly origin: string;
  readonly type: string;
  readonly destination: string;
  /** Its events up to this `seq` are routed. */
  readonly cursor: number;
  readonly state: ConnectorState;
  readonly version: number;
  /** When the present status began. */
  readonly since: number;
  /** When it is probed next; `null`: not by itself, or it is ready. */
  readonly probeAt: number | null;
  /** The connector's own clock: milliseconds it has run, neither paused nor told to wait. */
  readonly clock: number;
  /** Of the settings that were registered last. */
  readonly fingerprint: string;
  /** Of the settings under which something was last delivered; `null`: nobody knows of any. */
  readonly takenWith: string | null;
  /** Under the settings that were registered last; absent: none. */
  readonly differing?: Differing;
}

/** What registering found; refusals leave everything as it was. Of many that wait, 10,000 may be counted: it is part of every start. */
export interface RegistrationReport {
  readonly adopted: readonly { readonly from: string; readonly to: string; readonly waiting: number }[];
  readonly redirected: readonly {
    readonly name: string;
    readonly from: string;
    readonly to: string;
    readonly waiting: number;
  }[];
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}
