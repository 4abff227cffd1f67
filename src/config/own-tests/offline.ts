/** A connector that is opened to be asked what it would send, and has no way out. */
import { duration } from "../../basics/format.ts";
import { within } from "../../basics/waiting.ts";
import type { Connector, ConnectorTools, Delivery, Logger, PreviewRequest, Render } from "../../connector.ts";
import type { ConnectorConfig } from "../checked-config.ts";
import { openTemplates, renderAhead, type Templates } from "../templates/prepared-templates.ts";
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

/** Its templates are those with which it was opened. Rejects as `answerInTime` does, and where they take too long. */
export async function previewInTime(
  connector: Pick<Connector, "preview">,
  templates: Templates,
  delivery: Delivery,
  { timeoutMs, live }: { readonly timeoutMs: number; readonly live: boolean },
): Promise<readonly PreviewRequest[]> {
  await renderAhead(templates, delivery);
  return answerInTime(timeoutMs, "its `preview`", (signal) => connector.preview([delivery], { live, signal }));
}

/** What a connector would send. */
export interface OfflinePreview {
  /** Rejects with what it throws, or in words when there is no answer in time. */
  preview(delivery: Delivery): Promise<readonly PreviewRequest[]>;
  close(): Promise<void>;
}

/** Throws what its type throws. Whoever opens it closes it. */
export function openPreview(config: ConnectorConfig): OfflinePreview {
  const templates = openTemplates(template, () => performance.now());
  const connector = openOffline(config, templates.compile);
  const options = { timeoutMs: config.common.timeout, live: false };
  return {
    preview: (delivery) => previewInTime(connector, templates, delivery, options),
    close: () => closeInTime(connector),
  };
}

/** Throws what its type throws. Whoever opens it closes it. */
export function openOffline(
  { name, type, settings, common }: ConnectorConfig,
  compile: (source: unknown) => Render = template,
): Connector {
  return type.open(settings, offlineTools(name, common.timeout, compile));
}

/** Templates, and nothing that reaches a destination. */
function offlineTools(name: string, timeoutMs: number, compile: (source: unknown) => Render): ConnectorTools {
  return {
    name,
    log: SILENT,
    userAgent: "unsub-bridge",
    timeoutMs,
    template: compile,
    acquire: async () => undefined,
    follow: () => () => undefined,
    fetch: async () => {
      throw new Error("nothing is sent here: what would be sent is only shown");
    },
  };
}
