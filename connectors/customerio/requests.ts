/**
 * Customer.io's requests: what is sent, and in how many parts. Pure.
 * https://docs.customer.io/integrations/api/track/#operation/batch
 * https://docs.customer.io/integrations/api/app/#operation/getPeopleById
 */
import { chunksWithin } from "../../src/connector-tools.ts";
import type { Person } from "./compose.ts";
import { type CustomerIoSettings, hostsOf } from "./settings.ts";

/** A request that is ready to go, less the credential. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly body?: unknown;
  /** Which of both APIs it is for: each has a credential and a budget of its own. */
  readonly api: "track" | "app";
}

/** Ids in a look-up; a batch of writes has a limit of bytes alone. */
export const MOST_PEOPLE = 100;
/** Customer.io's limit for a request is 500 KB; the rest is for what stands around. Bytes. */
const LARGEST_BODY = 480_000;

export function batchRequest(settings: CustomerIoSettings, persons: readonly Pick<Person, "item">[]): ApiRequest {
  const body = { batch: persons.map(({ item }) => item) };
  return { method: "POST", url: `${hostsOf(settings).track}/api/v2/batch`, body, api: "track" };
}

/** Whoever is not known is left out of its answer. */
export function lookUpRequest(settings: CustomerIoSettings, ids: readonly string[]): ApiRequest {
  return { method: "POST", url: `${hostsOf(settings).app}/v1/customers/attributes`, body: { ids }, api: "app" };
}

/** Where the account of these credentials lives. */
export function regionRequest(settings: CustomerIoSettings): ApiRequest {
  return { method: "GET", url: `${hostsOf(settings).track}/api/v1/accounts/region`, api: "track" };
}

export function chunksOf(persons: readonly Person[]): Person[][] {
  return chunksWithin(persons, { most: MOST_PEOPLE, bytes: LARGEST_BODY, sizeOf: ({ size }) => size + 1 });
}
