/** Bridges that serve a store, by their signs of life. */

/** What a bridge runs with. One JSON document. */
export interface ServedConfiguration {
  /** What the bridge is called; absent: nothing. */
  readonly name?: string;
  /** The YAML file. */
  readonly file: string;
  /** Hash of what was in it when it was taken over. */
  readonly hash: string;
  /** Salted prints of the credentials in force, hex, by the dotted path of the setting; absent until they are made. */
  readonly prints?: { readonly salt: string; readonly values: Readonly<Record<string, string>> };
  /** Settings, and files of connectors of one's own, that changed since it was started and that only a restart takes. */
  readonly needsRestart?: readonly string[];
  /** Its admin listener: where it is, and why it is not; absent where it is switched off, or of a release that has none. */
  readonly admin?: { readonly url?: string; readonly trouble?: string };
  /** Requests that it refuses one after the other, while none of their kind is taken; absent: none. */
  readonly refused?: readonly RefusedRun[];
  /** What it has put into the quarantine for not understanding it, in the last day; absent: nothing. */
  readonly misunderstood?: Misunderstood;
  /** What whoever tells of trouble goes by; absent: a release that does not say. */
  readonly watch?: Watch;
  /** It keeps rosters, and compares them; absent: it does not, or is of a release that does not say. */
  readonly reconciles?: true;
  /** Its spool; `since`: it has held callbacks since then (milliseconds since 1970, on its own clock). Absent: a release that does not say. */
  readonly spool?: { readonly path: string; readonly since?: number };
}

export interface Watch {
  /** How far its clock is ahead of the senders', milliseconds; absent: nobody came lately by whom one could tell. */
  readonly clockOffMs?: number;
  /** Requests of each configured app, within the time of `alerts.refused`: refused for their sign, and authentic. */
  readonly apps: readonly { readonly app: string; readonly refused: number; readonly taken: number }[];
}

/** Times in milliseconds since 1970, by the bridge's clock. */
export interface RefusedRun {
  /** `sign`: missing or wrong; `app`: not configured; `address`: not among those that may. */
  readonly cause: "sign" | "app" | "address";
  /** The app that they name. */
  readonly app?: string;
  /** False for a `sign` that was missing. */
  readonly isSigned?: boolean;
  readonly count: number;
  readonly since: number;
  /** The latest. */
  readonly at: number;
}

export interface Misunderstood {
  readonly count: number;
  readonly since: number;
  readonly at: number;
  /** Of the latest. */
  readonly fault: string;
}

/** A bridge's sign of life. */
export interface BridgeSign {
  /** Fresh for each start. */
  readonly id: string;
  readonly host: string;
  /** Its number among the processes of its host. */
  readonly process: number;
  readonly version: string;
  readonly configuration: ServedConfiguration;
}

/** A bridge that serves the store, or did. */
export interface KnownBridge extends Omit<BridgeSign, "version" | "configuration"> {
  /** `null`: it has not said. */
  readonly version: string | null;
  readonly configuration: ServedConfiguration | null;
  /** When it gave its first and its latest sign of life. Where one bridge holds the store's lock it may have given none. */
  readonly since: number;
  readonly seenAt: number | null;
  /** When it said that it ends; `null`: it has not. */
  readonly endedAt: number | null;
  /** False when it has ended, or has been silent for so long that it must have been killed or cut off. */
  readonly serves: boolean;
}
