/** What could not be understood, or came stale, page by page; and what scripts are told of it. */
import { Buffer } from "node:buffer";
import { time } from "../../basics/format.ts";
import { shown } from "../../basics/text.ts";
import type { Edited, QuarantineEntry, StaleMark } from "../../storage/contract/callbacks.ts";
import type { Asked, Found, Questions } from "../../storage/contract/questions.ts";
import { isFarBehind } from "../../storage/rules/quarantine-bounds.ts";
import { patientPage } from "../patience.ts";

/** One page, oldest first; null when `after` is not in the quarantine (any more). Changes nothing. */
export function listQuarantine(questions: Questions, page: Asked): Promise<Found<QuarantineEntry> | null> {
  // a page of large bodies ends early
  return patientPage(page, questions.quarantined, true);
}

/** Without its body. */
export function quarantineHeadJson(entry: QuarantineEntry): Record<string, unknown> {
  const { body: _, receivedAt, stale, edited, ...head } = entry;
  return {
    ...head,
    receivedAt: time(receivedAt),
    stale: stale === undefined ? null : staleJson(stale, receivedAt),
    edited: edited === undefined ? null : editedJson(edited),
  };
}

export function quarantineEntryJson(entry: QuarantineEntry): Record<string, unknown> {
  const original = entry.edited?.original;
  return {
    ...quarantineHeadJson(entry),
    ...bodyText(entry),
    ...(original !== undefined && { original: bodyText({ body: original }) }),
  };
}

/** Who edited a body, and when. */
export function editedJson({ by, at }: Edited): Record<string, unknown> {
  return { by, at: time(at) };
}

/** The same in words. */
export function editedText({ by: { name, proven }, at }: Edited): string {
  return `by ${shown(name)}${proven ? "" : " (unproven)"} at ${time(at)}`;
}

function staleJson(stale: StaleMark, receivedAt: number): Record<string, unknown> {
  return {
    requestTime: time(stale.requestTime),
    aheadSeconds: Math.round((stale.requestTime - receivedAt) / 1000),
    behindNewestSeconds: Math.round(stale.behindMs / 1000),
    byIdOnly: isFarBehind(stale),
  };
}

/** A body as text, or as base64 where it is not UTF-8. */
export function bodyText({ body }: Pick<QuarantineEntry, "body">): { body: string; encoding: "utf8" | "base64" } {
  const bytes = Buffer.from(body);
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text).equals(bytes);
  return isText ? { body: text, encoding: "utf8" } : { body: bytes.toString("base64"), encoding: "base64" };
}
