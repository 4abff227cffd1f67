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
