/**
 * Whether a callback is understood, before it is kept. One that names tens of thousands of users is parsed without their list:
 * their objects and texts would be many times what came, and collecting them keeps everybody else waiting.
 */
import { Buffer } from "node:buffer";
import { letGo } from "../basics/garbage.ts";
import { costlyJson } from "../basics/json-bounds.ts";
import { type CheckedCallback, checkCallback, type FaultyCallback } from "../callback.ts";
import type { Callback } from "../storage/contract/callbacks.ts";
import { LONG } from "./bodies/upload.ts";

/** What is to be kept of a callback: whether it names anybody who can be told of, and whoever cannot. */
export interface Understood extends Pick<CheckedCallback, "ok" | "quarantine"> {
  readonly namesAnybody: boolean;
}

/** What is left of a body that was parsed: it as a text, and the texts in it. */
const TEXTS = 2;

/** Comes to what `checkCallback` says of the whole of it. Never throws. */
export function understand(callback: Callback): Understood | FaultyCallback {
  const { body } = callback;
  if (body.length <= LONG) return understoodOf(checkCallback(callback));
  const brief = costlyJson(body) === undefined ? withOneEntry(body) : undefined;
  letGo(body.length);
  if (brief !== undefined) {
    const checked = checkCallback({ ...callback, body: brief });
    if (checked.ok) return understoodOf(checked);
  }
  letGo(body.length * TEXTS);
  return understoodOf(checkCallback(callback));
}

function understoodOf(checked: CheckedCallback | FaultyCallback): Understood | FaultyCallback {
  return checked.ok ? { ok: true, namesAnybody: checked.users.length > 0, quarantine: checked.quarantine } : checked;
}

const LIST = /"SubscribeAccountList"[ \t\n\r]*:[ \t\n\r]*\[/;
/** A subscriber with an ordinary id (printable ASCII without escapes, of any length that all take), and what follows. */
const ENTRY =
  /[ \t\n\r]*\{[ \t\n\r]*"Subscriber_Account"[ \t\n\r]*:[ \t\n\r]*"[ !#-[\]-~]{1,85}"[ \t\n\r]*\}[ \t\n\r]*[,\]]/y;

/**
 * The same body with one entry instead of its list of subscribers; undefined where any of them is not ordinary. What stands
 * around the list is not looked at: it is the same JSON, or the same that is none, with the one and the other.
 */
function withOneEntry(body: Uint8Array): Uint8Array | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  // a character for each byte: places in the one are places in the other
  const text = bytes.toString("latin1");
  const list = LIST.exec(text);
  if (list === null) return undefined;
  const start = list.index + list[0].length;
  let end = start;
  let endOfFirst = start;
  for (ENTRY.lastIndex = start; ENTRY.test(text); ) {
    end = ENTRY.lastIndex;
    if (endOfFirst === start) endOfFirst = end - 1;
    if (text[end - 1] === "]") return Buffer.concat([bytes.subarray(0, endOfFirst), bytes.subarray(end - 1)]);
  }
  return undefined;
}
