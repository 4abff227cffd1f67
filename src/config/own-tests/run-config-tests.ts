/** Runs the tests that stand beside the configuration. Sends nothing: what would be sent comes from `preview`. */

import { deliveryIdOf } from "../../basics/delivery-id.ts";
import { type Delivery, errorWords, type PreviewRequest, shownUrl } from "../../connector.ts";
import type { Config, ConnectorConfig } from "../checked-config.ts";
import { foreignRedactor } from "../credentials/redact.ts";
import type { Fault } from "../faults/fault.ts";
import { wants } from "../selection.ts";
import { type Expectation, type PlacedTest, parseTests, type TestSource, testedEvent } from "./config-tests.ts";
import { distance, requestDifferences } from "./difference.ts";
import { openPreview } from "./offline.ts";

export interface TestResult {
  readonly file: string;
  /** Where the test begins. */
  readonly line: number;
  readonly name: string;
  /** By connector: how what happened differs from what was expected. Empty: passed. */
  readonly differences: readonly { readonly connector: string; readonly lines: readonly string[] }[];
}

export interface TestReport {
  /** True when all files could be read and all tests passed. */
  readonly ok: boolean;
  readonly results: readonly TestResult[];
  /** What is wrong with the files themselves. */
  readonly faults: readonly Fault[];
}

/** The name in a connector's delivery ids. */
export type OriginOf = (connector: ConnectorConfig) => string;

/** @param originOf as a store has it; what the configuration alone says unless given */
export async function runConfigTests(
  config: Config,
  files: readonly TestSource[],
  originOf: OriginOf = ({ name, common }) => common.was ?? name,
): Promise<TestReport> {
  const parsed = files.map((file) =>
    parseTests(
      file,
      config.connectors.map(({ name }) => name),
    ),
  );
  const results: TestResult[] = [];
  for (const test of parsed.flatMap(({ tests }) => tests)) {
    results.push(await runTest(test, config, originOf));
  }
  const faults = parsed.flatMap((each) => each.faults);
  const ok = faults.length === 0 && results.every(({ differences }) => differences.length === 0);
  return { ok, results, faults };
}

async function runTest(test: PlacedTest, config: Config, originOf: OriginOf): Promise<TestResult> {
  const redact = foreignRedactor(config.secrets);
  const event = testedEvent(test, String(config.chat.apps[0]?.sdk_app_id));
  const differences: { connector: string; lines: readonly string[] }[] = [];
  for (const connector of config.connectors) {
    const expected = test.expect[connector.name];
    if (expected === undefined) continue;
    const delivery = { id: deliveryIdOf(event.id, originOf(connector)), event, attempts: 0 };
    const lines = await compare(expected, connector, delivery);
    if (lines.length > 0) differences.push({ connector: connector.name, lines: lines.map(redact) });
  }
  return { file: test.file, line: test.line, name: test.name, differences };
}

async function compare(expected: Expectation, connector: ConnectorConfig, delivery: Delivery): Promise<string[]> {
  const choice = wants(delivery.event, connector);
  const reason = typeof expected === "object" && "skipped" in expected ? expected.skipped : undefined;
  if (expected === "skipped" || reason !== undefined) {
    if (choice.send) return ["expected to be skipped, but it is sent"];
    if (reason === undefined || choice.reason.words.includes(reason)) return [];
    return [`skipped for another reason: expected ${JSON.stringify(reason)}, found ${choice.reason.words}`];
  }
  if (!choice.send) return [`expected to be sent, but it is skipped: ${choice.reason.words}`];
  const sent = await preview(connector, delivery);
  if (typeof sent === "string") return [`cannot be sent: ${sent}`];
  if (expected === "sent") return sent.length > 0 ? [] : ["expected to be sent, but there is no request"];
  const requests = Array.isArray(expected) ? expected : [expected];
  if (Array.isArray(expected) && sent.length !== requests.length) {
    return [`expected ${requests.length} requests, found ${sent.length}`];
  }
  return requests.flatMap((request, index) =>
    nearestDifference(request, Array.isArray(expected) ? sent.slice(index, index + 1) : sent),
  );
}

/**
 * One expected request may be any of those sent (HubSpot looks up before it writes); what is told is how the nearest of them
 * differs, the later of two that are as near: it is the one that writes.
 */
function nearestDifference(
  request: Parameters<typeof requestDifferences>[0],
  sent: readonly PreviewRequest[],
): string[] {
  const candidates = sent.map((each) => ({ each, ...distance(request, each) })).toReversed();
  const [best] = candidates.toSorted((a, b) => a.missed - b.missed || a.absent - b.absent);
  if (best === undefined) return ["there is no request"];
  const lines = requestDifferences(request, best.each);
  const { method, url } = best.each;
  const named = sent.length > 1 ? [`of ${sent.length} requests the nearest is ${method} ${shownUrl(url)}`] : [];
  return lines.length === 0 ? [] : [...lines, ...named];
}

/** The requests, or why there are none. */
async function preview(connector: ConnectorConfig, delivery: Delivery): Promise<readonly PreviewRequest[] | string> {
  try {
    const open = openPreview(connector);
    try {
      return await open.preview(delivery);
    } finally {
      await open.close();
    }
  } catch (error) {
    return errorWords(error);
  }
}

/** For people: a line a test, the differences below it. */
export function renderTestReport(
  { results }: TestReport,
  { colour = false }: { readonly colour?: boolean } = {},
): string {
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[39m` : text);
  const lines = results.flatMap((result) => {
    if (result.differences.length === 0) return [`${paint(32, "✓")} ${result.name}`];
    const details = result.differences.flatMap(({ connector, lines: found }) =>
      found.map((line) => `    ${connector}: ${line}`),
    );
    return [`${paint(31, "✗")} ${result.name} (${result.file}:${result.line})`, ...details];
  });
  const failed = results.filter(({ differences }) => differences.length > 0).length;
  return [...lines, `${results.length - failed} passed, ${failed} failed`].join("\n");
}
