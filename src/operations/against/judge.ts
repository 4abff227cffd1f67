/** What a configuration would do with one event at one connector. Sends nothing. */
import { deliveryIdOf } from "../../basics/delivery-id.ts";
import type { ConnectorConfig } from "../../config/checked-config.ts";
import { type OfflinePreview, openPreview } from "../../config/own-tests/offline.ts";
import { wants } from "../../config/selection.ts";
import type { Event, PreviewRequest } from "../../connector.ts";
import { errorLine } from "../error-line.ts";
import { discreet } from "../preview.ts";

export type AgainstJudgement =
  | { readonly tag: "goes"; readonly requests: readonly PreviewRequest[] }
  | { readonly tag: "skipped"; readonly reason: string }
  | { readonly tag: "faulty"; readonly reason: string };

/** Where an event comes from, and how it is known at this connector. */
export interface JudgeOptions {
  /** SDKAppIDs of the configuration, as text. */
  readonly apps: ReadonlySet<string>;
  /** The name in the connector's delivery ids. */
  readonly origin: string;
}

export interface Judge {
  /** Never rejects. */
  judge(event: Event): Promise<AgainstJudgement>;
  close(): Promise<void>;
}

/** One that cannot be opened finds all faulty that it would send. */
export function openJudge(config: ConnectorConfig, { apps, origin }: JudgeOptions): Judge {
  const opened = opening(config);

  async function judge(event: Event): Promise<AgainstJudgement> {
    if (!apps.has(event.app)) return { tag: "skipped", reason: `\`chat.apps\` does not name ${event.app}` };
    const choice = wants(event, config);
    if (!choice.send) return { tag: "skipped", reason: choice.reason.words };
    if ("reason" in opened) return { tag: "faulty", reason: opened.reason };
    try {
      const delivery = { id: deliveryIdOf(event.id, origin), event, attempts: 0 };
      const requests = await opened.connector.preview(delivery);
      return { tag: "goes", requests: requests.map(discreet) };
    } catch (error) {
      return { tag: "faulty", reason: errorLine(error) };
    }
  }

  return {
    judge,
    async close() {
      if ("connector" in opened) await opened.connector.close().catch(() => undefined);
    },
  };
}

function opening(config: ConnectorConfig): { readonly connector: OfflinePreview } | { readonly reason: string } {
  try {
    return { connector: openPreview(config) };
  } catch (error) {
    return { reason: `the connector cannot be opened: ${errorLine(error)}` };
  }
}
