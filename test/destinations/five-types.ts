/** The destinations behind "any JSON API" and the first-class types, as a user writes them in YAML, and what may happen to each. */
import { startBrazeSandbox } from "../../connectors/braze/sandbox.ts";
import { KEY as BRAZE_KEY, failing as brazeFailing, GROUP, isTrack } from "../../connectors/braze/testing.ts";
import { startCustomerIoSandbox } from "../../connectors/customerio/sandbox.ts";
import {
  APP_KEY,
  KEY as CUSTOMERIO_KEY,
  failing as customerIoFailing,
  isBatch,
  SITE,
  TOPIC,
} from "../../connectors/customerio/testing.ts";
import { startLoyaltySandbox } from "../../connectors/http/sandbox.ts";
import type { Fault, FaultOptions } from "../../connectors/kit/faults.ts";
import type { Sandbox, SandboxAnswer, SandboxRequest } from "../../connectors/kit/sandbox.ts";
import { startMixpanelSandbox } from "../../connectors/mixpanel/sandbox.ts";
import { ACCOUNT, eventsOf, PROJECT, SECRET } from "../../connectors/mixpanel/testing.ts";
import { startSalesforceSandbox } from "../../connectors/salesforce/sandbox.ts";
import { CLIENT_ID, CLIENT_SECRET, recordsOf, to } from "../../connectors/salesforce/testing.ts";
import { asRecord } from "../../src/connector-tools.ts";

/** Something that happens to a destination, and what the ledger or `status` then say. */
export interface Happening {
  readonly fault: Fault;
  readonly when?: FaultOptions["when"];
  readonly words: RegExp;
}

export interface Reached {
  /** The type, and the connector's name. */
  readonly name: string;
  readonly sandbox: Sandbox;
  /** What stands below the name in the YAML. */
  readonly yaml: string;
  /** Whether it knows that this person has left. */
  left(user: string): boolean;
  /** What the ledger says of who was written. */
  readonly done: RegExp;
  /** Its token ends, as tokens do; absent where the credential is sent itself. */
  readonly endToken?: () => void;
  /** The credential is refused. */
  readonly revoked: Happening;
  /** It refuses one of several. */
  readonly partial: (user: string) => Happening;
  /** It says that all went well, and has done nothing. */
  readonly lie: Happening;
  /** Of somebody whom it does not know; absent where it makes whoever comes. */
  readonly unknown?: { readonly words: RegExp; meet(user: string): void };
}

/** @param people whom each of them knows */
export function startFive(people: readonly string[]): Promise<readonly Reached[]> {
  return Promise.all([http(people), salesforce(people), braze(people), customerio(people), mixpanel()]);
}

async function http(people: readonly string[]): Promise<Reached> {
  const client = { id: "client", secret: "client-secret-4711" };
  const sandbox = await startLoyaltySandbox({ client, isStranger: (user) => !people.includes(user) });
  const { url, consents, tokens, meet } = sandbox;
  const isWrite = ({ path }: SandboxRequest) => path.startsWith("/v2/");
  const lock = (answer: SandboxAnswer, user: string): SandboxAnswer => {
    const results = (asRecord(answer.body).results as readonly unknown[]).map(asRecord);
    const locked = { external_id: user, state: "locked", detail: "on hold" };
    return { ...answer, body: { results: results.map((one) => (one.external_id === user ? locked : one)).reverse() } };
  };
  return {
    ...{ name: "http", sandbox, done: /HTTP 200, rule 1/ },
    yaml: `type: http
url: ${url}/v2/consents
auth: { oauth2_client_credentials: { token_url: "${url}/oauth/token", client_id: ${client.id}, client_secret: ${client.secret} } }
body: { external_id: "{{ user_id }}", channel: chat, subscribed: false, changed_at: "{{ event_time }}" }
batch: { size: 100, body: { items: "{{ items }}" }, results: { at: results, id: external_id } }
answers:
  - { status: 200, where: { state: updated }, means: delivered }
  - { status: 200, where: { state: unknown }, means: unmatched }
  - { status: 200, where: { state: locked }, means: rejected, message: detail }
allow_http: true
allow_private_network: true`,
    left: (user) => consents.get(user)?.subscribed === false,
    endToken: () => tokens.clear(),
    revoked: {
      ...{ fault: { status: 401, body: { error: "invalid_client" } }, when: (request) => !isWrite(request) },
      words: /the token server refuses the client's id and secret/,
    },
    partial: (user) => ({
      ...{ fault: (answer) => lock(answer, user), when: isWrite },
      words: /by rule 3 of `answers`.*on hold/,
    }),
    lie: {
      ...{ fault: { status: 200, body: { status: "ok" } }, when: isWrite },
      words: /the answer has no list at `batch\.results\.at`/,
    },
    unknown: { words: /by rule 2 of `answers`/, meet },
  };
}

/** A field that Salesforce answers to have written, and does not hold: a flow sets it back. */
export const SET_BACK = "Chat_Official_Account__c";

async function salesforce(people: readonly string[]): Promise<Reached> {
  const sandbox = await startSalesforceSandbox({
    ...{ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, records: people },
    fields: [{ name: SET_BACK, ignored: true }],
  });
  const message = "Chat opt-outs need a reason";
  const error = { statusCode: "FIELD_CUSTOM_VALIDATION_EXCEPTION", message, fields: ["Chat_Subscription__c"] };
  const refuse = (answer: SandboxAnswer, request: SandboxRequest, user: string): SandboxAnswer => {
    const at = recordsOf(request).findIndex(({ id }) => id === sandbox.recordOf(user)?.Id);
    const results = answer.body as readonly unknown[];
    return { ...answer, body: results.map((one, index) => (index === at ? { success: false, errors: [error] } : one)) };
  };
  return {
    ...{ name: "salesforce", sandbox, done: /record 003/ },
    yaml: `type: salesforce
instance_url: ${sandbox.url}
client_id: ${CLIENT_ID}
client_secret: ${CLIENT_SECRET}
match: { field: Chat_User_Id__c }
set: { Chat_Subscription__c: "{{ event }}", ${SET_BACK}: "{{ official_account }}" }
verify: true`,
    left: (user) => sandbox.recordOf(user)?.Chat_Subscription__c === "unsubscribed",
    endToken: () => sandbox.expire(),
    revoked: {
      ...{ fault: { status: 400, body: { error: "invalid_client" } }, when: to("token") },
      words: /Salesforce does not know `client_id`, or refuses `client_secret`/,
    },
    partial: (user) => ({
      ...{ fault: (answer, request) => refuse(answer, request, user), when: to("update") },
      words: /refuses what was sent for Chat_Subscription__c.*need a reason/,
    }),
    lie: { fault: { status: 200, body: [] }, when: to("update"), words: /did not say whether it wrote the record/ },
    unknown: {
      words: /no record carries this value in \\"Chat_User_Id__c\\"/,
      meet: (user) => void sandbox.add({ Chat_User_Id__c: user }),
    },
  };
}

async function braze(people: readonly string[]): Promise<Reached> {
  const sandbox = await startBrazeSandbox({ key: BRAZE_KEY, profiles: people, groups: [GROUP] });
  return {
    ...{ name: "braze", sandbox, done: /queued by Braze \(201\)/ },
    yaml: `type: braze
endpoint: ${sandbox.url}
api_key: ${BRAZE_KEY}
subscription_groups: ["${GROUP}"]
attributes: { chat_subscription: "{{ event }}" }`,
    left: (user) => sandbox.profiles.get(user)?.chat_subscription === "unsubscribed",
    revoked: {
      fault: { status: 401, body: { message: "Invalid API Key" } },
      words: /Braze refuses the API key, or the workspace lives on another instance/,
    },
    partial: (user) => ({
      ...{ fault: (answer, request) => brazeFailing(answer, request, user), when: isTrack },
      words: /Braze refuses what was written of this person.*invalid value/,
    }),
    lie: { fault: { status: 201, body: "" }, when: isTrack, words: /not an answer of Braze/ },
    unknown: {
      words: /Braze has no profile with the external ID/,
      meet: (user) => void sandbox.profiles.set(user, {}),
    },
  };
}

async function customerio(people: readonly string[]): Promise<Reached> {
  const credentials = `${SITE}:${CUSTOMERIO_KEY}`;
  const sandbox = await startCustomerIoSandbox({ credentials, appKey: APP_KEY, people });
  return {
    ...{ name: "customerio", sandbox, done: /taken by Customer\.io/ },
    yaml: `type: customerio
region: us
base_url: ${sandbox.url}
site_id: ${SITE}
api_key: ${CUSTOMERIO_KEY}
app_api_key: ${APP_KEY}
topics: [3]`,
    left: (user) => sandbox.people.get(user)?.[TOPIC] === false,
    revoked: {
      fault: { status: 401, body: { meta: { error: "Unauthorized" } } },
      words: /Customer\.io refuses `app_api_key`, or the account is not in region us/,
    },
    partial: (user) => ({
      ...{ fault: (answer, request) => customerIoFailing(answer, request, user), when: isBatch },
      words: /Customer\.io refuses what was written of this person/,
    }),
    lie: { fault: { status: 200, body: { status: "ok" } }, when: isBatch, words: /not an answer of Customer\.io/ },
    unknown: {
      words: /Customer\.io has no person with the id/,
      meet: (user) => void sandbox.people.set(user, {}),
    },
  };
}

async function mixpanel(): Promise<Reached> {
  const sandbox = await startMixpanelSandbox({ account: ACCOUNT, secret: SECRET, project: PROJECT });
  const failed = (request: SandboxRequest, user: string, answer: SandboxAnswer): SandboxAnswer => {
    const events = eventsOf(request);
    const index = events.findIndex(({ properties }) => properties.distinct_id === user);
    if (index === -1) return answer;
    const insert_id = events[index]?.properties.$insert_id;
    const failed_records = [{ index, insert_id, field: "properties.operator", message: "should be valid utf8" }];
    return { status: 400, body: { code: 400, num_records_imported: events.length - 1, failed_records } };
  };
  return {
    ...{ name: "mixpanel", sandbox, done: /imported \((200|400)\)/ },
    yaml: `type: mixpanel
project_id: ${PROJECT}
region: eu
base_url: ${sandbox.url}
service_account: ${ACCOUNT}
secret: ${SECRET}`,
    left: (user) => [...sandbox.events.values()].some(({ properties }) => properties.distinct_id === user),
    revoked: {
      fault: { status: 401, body: { code: 401, error: "Invalid credentials" } },
      words: /refuses the service account for this project, or the project lives in another region/,
    },
    partial: (user) => ({
      fault: (answer, request) => failed(request, user, answer),
      words: /refuses the event for properties\.operator.*valid utf8/,
    }),
    lie: {
      fault: { status: 200, body: { code: 200, num_records_imported: 0, status: "OK" } },
      words: /imported 0 of 1 events/,
    },
  };
}
