/** Bare loops of the types in `reach.ts`: what each destination asks of a batch, by `fetch`, with a look at nothing but statuses. */
import { createHash } from "node:crypto";
import { basicAuthorization } from "../../src/connector-tools.ts";
import type { ReachType } from "./reach.ts";
import { EXAMPLE_CLIENT } from "./reach-destinations.ts";

export type Send = (users: readonly string[]) => Promise<void>;

/** @param url of the stand-in */
export const BARE_REACH: Readonly<Record<ReachType, (url: string) => Send>> = {
  http,
  "http-batch": httpBatch,
  salesforce,
  braze,
  customerio,
  mixpanel,
};

const BASIC = basicAuthorization("bench", "bench");
// the run of this process, so that a stand-in takes none for a duplicate
const RUN = Date.now();
export const idOf = (user: string): string => createHash("sha256").update(`${RUN} ${user}`).digest("hex");
const now = (): string => new Date().toISOString();

interface Call {
  readonly method?: string;
  readonly authorization: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

async function ask(url: string, { method = "POST", authorization, headers, body }: Call): Promise<unknown> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const response = await fetch(url, {
    method,
    headers: { authorization, ...(text !== undefined && { "content-type": "application/json" }), ...headers },
    ...(text !== undefined && { body: text }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`HTTP ${response.status}: ${answer.slice(0, 200)}`);
  return JSON.parse(answer);
}

/** The value, asked for when it is first needed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function tokenFrom(url: string, form: Readonly<Record<string, string>>, authorization?: string) {
  return once(async () => {
    const body = new URLSearchParams({ grant_type: "client_credentials", ...form });
    const response = await fetch(url, { method: "POST", body, ...(authorization && { headers: { authorization } }) });
    const { access_token } = (await response.json()) as { access_token: string };
    return `Bearer ${access_token}`;
  });
}

const loyaltyToken = (url: string) =>
  tokenFrom(`${url}/oauth/token`, {}, basicAuthorization(EXAMPLE_CLIENT.id, EXAMPLE_CLIENT.secret));

const CONSENT = { channel: "chat", subscribed: false };

function http(url: string): Send {
  const token = loyaltyToken(url);
  return async ([user = ""]) => {
    await ask(`${url}/v2/members/${encodeURIComponent(user)}/consents`, {
      method: "PATCH",
      authorization: await token(),
      headers: { "idempotency-key": idOf(user) },
      body: { ...CONSENT, changed_at: now() },
    });
  };
}

function httpBatch(url: string): Send {
  const token = loyaltyToken(url);
  return async (users) => {
    const items = users.map((user) => ({ external_id: user, ...CONSENT, changed_at: now() }));
    await ask(`${url}/v2/consents`, { authorization: await token(), body: { items } });
  };
}

function salesforce(url: string): Send {
  const token = tokenFrom(`${url}/services/oauth2/token`, { client_id: "bench", client_secret: "bench" });
  const root = `${url}/services/data/v68.0`;
  return async (users) => {
    const authorization = await token();
    const values = users.map((user) => `'${user}'`).join(", ");
    const soql = `SELECT Id, Chat_User_Id__c FROM Contact WHERE Chat_User_Id__c IN (${values})`;
    const query = `${root}/query?q=${encodeURIComponent(soql)}`;
    const found = (await ask(query, { method: "GET", authorization })) as { records: { Id: string }[] };
    const records = found.records.map(({ Id: id }) => ({
      ...{ attributes: { type: "Contact" }, id },
      ...{ Chat_Subscription__c: "unsubscribed", Chat_Unsubscribed_At__c: now() },
    }));
    const body = { allOrNone: false, records };
    await ask(`${root}/composite/sobjects`, { method: "PATCH", authorization, body });
  };
}

function braze(url: string): Send {
  const group = "7d4c4b3a-2f5b-4c57-9a86-3f7c2a4f8c11";
  return async (users) => {
    const attributes = users.map((external_id) => ({
      ...{ external_id, _update_existing_only: true, chat_subscription: "unsubscribed" },
      subscription_groups: [{ subscription_group_id: group, subscription_state: "unsubscribed" }],
    }));
    await ask(`${url}/users/track`, { authorization: "Bearer bench", body: { attributes } });
  };
}

function customerio(url: string): Send {
  return async (users) => {
    const batch = users.map((id) => ({
      ...{ type: "person", action: "identify", identifiers: { id } },
      attributes: {
        chat_subscription: "unsubscribed",
        "cio_subscription_preferences.topics.topic_1": false,
      },
    }));
    await ask(`${url}/api/v2/batch`, { authorization: BASIC, body: { batch } });
  };
}

function mixpanel(url: string): Send {
  return async (users) => {
    const time = Date.now();
    const body = users.map((user) => ({
      event: "Official Account Unsubscribed",
      properties: {
        ...{ official_account: "@TOA#_bench", operator: "admin", platform: "RESTAPI", by_admin: true },
        ...{ time, distinct_id: user, $insert_id: idOf(user).slice(0, 36) },
      },
    }));
    await ask(`${url}/import?strict=1&project_id=1`, { authorization: BASIC, body });
  };
}
