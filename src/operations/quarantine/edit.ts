/**
 * An entry of the quarantine with another body, by a person's hand: what would be read from it, and where it is not understood. It stays
 * where it is until it is replayed, stale where it came stale; how it came is kept beside it.
 */
import { Buffer } from "node:buffer";
import { jsonPath, lookForJson, placeAt, type TextPlace } from "../../basics/json-places.ts";
import type { Act } from "../../storage/contract/audit.ts";
import type { EditResult, QuarantineEntry } from "../../storage/contract/callbacks.ts";
import type { Storage } from "../../storage/contract/storage.ts";
import { Refused, said } from "../refused.ts";
import { reread } from "./reread.ts";

/** What another body would be. */
export type EditPlan =
  /** `left`: why users of it cannot be used; they go to the quarantine when it is replayed. */
  | { readonly tag: "understood"; readonly users: number; readonly left: readonly string[] }
  /** It is the body that is there. */
  | { readonly tag: "same" }
  | ({ readonly tag: "faulty"; readonly fault: string } & FaultPlace);

export interface FaultPlace {
  /** Of a field that is absent, what it belongs into. */
  readonly place: TextPlace;
  /** The field that is absent, as the fault names it. */
  readonly absent?: string;
}

/** As it is read when it is replayed. Pure. @param now milliseconds since 1970 */
export function planEdit(entry: QuarantineEntry, body: Uint8Array, now: number): EditPlan {
  if (Buffer.compare(entry.body, body) === 0) return { tag: "same" };
  const reading = reread({ ...entry, body, size: body.length }, now);
  if (reading.tag === "faulty") return { tag: "faulty", ...faultOf(body, reading.fault) };
  const left = reading.intake.quarantine.map(({ fault }) => fault);
  return { tag: "understood", users: reading.users, left };
}

/** Rejects with `Refused` where nobody would understand it: what came is the better one to keep then. */
export async function editEntry(
  storage: Pick<Storage, "editQuarantined">,
  entry: QuarantineEntry,
  body: Uint8Array,
  act: Act,
): Promise<EditResult> {
  const plan = planEdit(entry, body, Date.now());
  if (plan.tag === "faulty") throw new Refused("unknown", said("body_not_understood", { fault: plan.fault }));
  return storage.editQuarantined({ id: entry.id, before: entry.body, body }, act);
}

/** Where an entry is not understood; undefined where it is by now, or its body was not kept. Pure. */
export function placeOfFault(entry: QuarantineEntry, now: number): FaultPlace | undefined {
  if (entry.body.length === 0) return undefined;
  const reading = reread(entry, now);
  return reading.tag === "faulty" ? faultOf(entry.body, reading.fault) : undefined;
}

/** Where the fault stands, and in its own words where the text is no JSON at all. */
function faultOf(body: Uint8Array, fault: string): { readonly fault: string } & FaultPlace {
  const text = utf8In(body);
  if (typeof text !== "string") return { fault: "body: these bytes are no UTF-8 from here on", place: text };
  const [, field = ""] = /^([\w.[\]]+):/.exec(fault) ?? [];
  const look = lookForJson(text, field === "body" ? [] : pathOf(field));
  const { place } = look;
  if (!look.ok) return { fault: `body: ${look.what}`, place };
  return { fault, place, ...(!look.isThere && { absent: field }) };
}

/** A fault of one user among all does not say which. */
function pathOf(field: string) {
  return field === "Subscriber_Account" ? ["SubscribeAccountList"] : jsonPath(field);
}

/** The text, or where it stops being one. */
function utf8In(body: Uint8Array): string | TextPlace {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    const text = new TextDecoder("utf-8").decode(body);
    return placeAt(text, Math.max(0, text.indexOf("\ufffd")));
  }
}
