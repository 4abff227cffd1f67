/**
 * Braze's requests: what is sent, and in how many parts. Pure.
 * https://www.braze.com/docs/api/endpoints/user_data/post_user_track
 * https://www.braze.com/docs/api/endpoints/export/user_data/post_users_identifier
 */
import { chunksWithin } from "../../src/connector-tools.ts";
import type { Profile } from "./compose.ts";
import { type BrazeSettings, endpointOf } from "./settings.ts";

/** A request that is ready to go, less the credential. */
export interface ApiRequest {
  readonly url: string;
  readonly body: unknown;
  /** Which of the type's budgets it counts against. */
  readonly budget: "default" | "lookup";
}

/** Objects in a request to `/users/track`. */
const MOST_PROFILES = 75;
/** External IDs in a request to `/users/export/ids`. */
const MOST_LOOKED_UP = 50;
/** Braze's limit for a body is 4 MB; the rest is for what stands around. Bytes. */
const LARGEST_BODY = 3_900_000;

export function trackRequest(settings: BrazeSettings, profiles: readonly Pick<Profile, "object">[]): ApiRequest {
  const body = { attributes: profiles.map(({ object }) => object) };
  return { url: `${endpointOf(settings)}/users/track`, body, budget: "default" };
}

/** Asks for the ids alone: nothing of a profile comes here. */
export function lookUpRequest(settings: BrazeSettings, externalIds: readonly string[]): ApiRequest {
  const body = { external_ids: externalIds, fields_to_export: ["external_id"] };
  return { url: `${endpointOf(settings)}/users/export/ids`, body, budget: "lookup" };
}

/** How many profiles one request of each kind takes. */
export function mostAtOnce({ unknown_users }: Pick<BrazeSettings, "unknown_users">): number {
  return unknown_users === "check" ? MOST_LOOKED_UP : MOST_PROFILES;
}

export function chunksOf(profiles: readonly Profile[], settings: BrazeSettings): Profile[][] {
  const most = mostAtOnce(settings);
  return chunksWithin(profiles, { most, bytes: LARGEST_BODY, sizeOf: ({ size }) => size + 1 });
}
