/** Whether an entry of the quarantine may get another body. Pure. */
import { Buffer } from "node:buffer";
import type { EditResult, QuarantineEdit } from "../contract/callbacks.ts";

/**
 * What is answered without a change; `undefined`: the body is to be put in its place.
 * @param body the one that is there
 */
export function editedAlready(body: Uint8Array, edit: Pick<QuarantineEdit, "before" | "body">): EditResult | undefined {
  // asked again
  if (Buffer.compare(body, edit.body) === 0) return "edited";
  return Buffer.compare(body, edit.before) === 0 ? undefined : "changed";
}
