/** A bridge that runs, as what stands beside it sees it. */
import type { Admin } from "../admin/admin.ts";
import type { Typed } from "../basics/typed.ts";
import type { LoadResult } from "../config/checked-config.ts";
import type { Phase } from "../intake/app.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Questions } from "../storage/contract/questions.ts";
import type { Parts } from "./parts.ts";
import type { SettingsInForce } from "./settings-in-force.ts";

/** It takes callbacks. */
export interface RunningBridge extends Omit<Parts, "stop"> {
  readonly settings: Pick<SettingsInForce, "needingRestart">;
  readonly phase: () => Phase;
  /** For whoever looks in. */
  readonly questions: Questions;
  readonly metrics: Metrics;
  /** Where it listens: `http://host:port`. */
  readonly url: string;
  readonly notices: Notices;
  readonly file: ConfigurationFile;
  readonly alarms: AlarmClocks;
  /** Commands as they are typed where it runs. */
  readonly typed: Typed;
}

/** The file that the configuration was read from. */
export interface ConfigurationFile {
  /** What it says by now. */
  readonly load: () => Promise<LoadResult>;
  /** What it was read with. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Clocks by which people are told, where they are not the usual ones. Milliseconds. */
export interface AlarmClocks {
  /** So far ahead of all others, that ages need not be waited for. */
  readonly aheadMs?: () => number;
  readonly everyMs?: number;
  readonly heartbeatMs?: number;
}

/** What they tell each other. */
export interface Notices {
  admin?: Pick<Admin, "state">;
  /** There is something else to tell of this bridge. */
  changed?(): void;
}
