/** A connector that is opened to be asked what it would send, and has no way out. */
import { duration } from "../../basics/format.ts";
import { within } from "../../basics/waiting.ts";
import type { Connector, ConnectorTools, Logger } from "../../connector.ts";
import type { ConnectorConfig } from "../checked-config.ts";
import { template } from "../templates/templates.ts";

const SILENT: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

/** Whoever waits longer for a connector to close waits for nothing. Milliseconds. */
const CLOSING_MS = 2_000;

/** Closes a connector that was opened to be asked something. Rejects with what it throws, or when it comes to no end. */
export async function closeInTime(connector: Pick<Connector, "close">): Promise<void> {
  await within(CLOSING_MS, "its `close`", Promise.resolve(connector.close?.()));
}

/** A connector that takes no notice of its signal is left alone so many milliseconds later. */
const IGNORED_MS = 500;

/**
 * Its answer. Rejects with what it throws, or in words when there is none in time.
 * @param ms until its signal aborts
 * @param what it is asked: "its `check`"
 */
export async function answerInTime<T>(ms: number, what: string, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(ms);
  const silent = new Error(`${what}: no answer within ${duration(ms)}, and no end at its signal`);
  return await within(ms + IGNORED_MS, silent, ask(signal));
}

/** Throws what its type throws. Whoever opens it closes it. */
export function openOffline({ name, type, settings, common }: ConnectorConfig): Connector {
  return type.open(settings, offlineTools(name, common.timeout));
}

/** Templates, and nothing that reaches a destination. */
function offlineTools(name: string, timeoutMs: number): ConnectorTools {
  return {
    name,
    log: SILENT,
    userAgent: "unsub-bridge",
    timeoutMs,
    template,
    acquire: async () => undefined,
    follow: () => () => undefined,
    fetch: async () => {
      throw new Error("nothing is sent here: what would be sent is only shown");
    },
  };
}
