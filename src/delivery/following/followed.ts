/** What delivery tells whoever follows a person: which call is about whom, and what it asks and is answered. */
import type { Delivery, FollowedRequest, FollowUp } from "../../connector.ts";

/** None of it throws, nor waits for anything. */
export interface Followed {
  /** Whether anybody follows anyone. */
  isAsked(): boolean;
  /** A connector is called about these. @param signal handed to it, by which its requests are known */
  called(connector: string, deliveries: readonly Delivery[], signal: AbortSignal): void;
  request(request: FollowedRequest, signal: AbortSignal | undefined): FollowUp;
}

export const NOBODY_LISTENS: FollowUp = () => undefined;

/** Where nobody can follow. */
export const UNFOLLOWED: Followed = {
  isAsked: () => false,
  called: () => undefined,
  request: () => NOBODY_LISTENS,
};
