/** Whether a bridge serves the store now, and what it does for it. */
import type { KnownBridge } from "../storage/contract/presence.ts";
import type { Questions } from "../storage/contract/questions.ts";

/** What the commands that change something for a bridge end with. */
export const NOBODY_SERVES = "when a bridge runs again: none runs on this store now";

/** Whether it runs passes. */
export const isReconciling = ({ serves, configuration }: KnownBridge): boolean =>
  serves && configuration?.reconciles === true;

export async function isServed(questions: Pick<Questions, "bridges">): Promise<boolean> {
  return (await questions.bridges()).some(({ serves }) => serves);
}
