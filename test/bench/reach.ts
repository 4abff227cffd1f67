/**
 * The types that drains are measured with beside those of `setup.ts`, each as its page has it, but for two: look-ups of Braze and
 * Customer.io are bounded by what these vendors allow, not by what the bridge does, so that nobody is asked about there.
 */
import { EXAMPLE_CLIENT } from "./reach-destinations.ts";

export const REACH_TYPES = ["http", "http-batch", "salesforce", "braze", "customerio", "mixpanel"] as const;
export type ReachType = (typeof REACH_TYPES)[number];

/** How long their stand-ins take to answer: less than any of these vendors does. Milliseconds. */
export const REACH_ANSWERS_MS = 25;

/** Deliveries in a request, how many requests at once, and how many deliveries make some seconds. */
export const REACH_SIZES: Readonly<Record<ReachType, { batch: number; concurrency: number; deliveries: number }>> = {
  http: { batch: 1, concurrency: 8, deliveries: 4_000 },
  "http-batch": { batch: 100, concurrency: 8, deliveries: 80_000 },
  salesforce: { batch: 200, concurrency: 2, deliveries: 80_000 },
  braze: { batch: 75, concurrency: 4, deliveries: 80_000 },
  customerio: { batch: 100, concurrency: 4, deliveries: 80_000 },
  mixpanel: { batch: 1_000, concurrency: 4, deliveries: 80_000 },
};

const TOKEN = (url: string) => `auth:
      oauth2_client_credentials:
        token_url: ${url}/oauth/token
        client_id: ${EXAMPLE_CLIENT.id}
        client_secret: ${EXAMPLE_CLIENT.secret}
    allow_http: true
    allow_private_network: true`;

const SETTINGS: Readonly<Record<ReachType, (url: string) => string>> = {
  http: (url) => `type: http
    url: "${url}/v2/members/{{ user_id | url_encode }}/consents"
    method: PATCH
    ${TOKEN(url)}
    headers: { idempotency-key: "{{ delivery_id }}" }
    body: { channel: chat, subscribed: false, changed_at: "{{ event_time }}" }
    answers:
      - { status: 200, where: { "result.state": updated }, means: delivered }
      - { status: 404, where: { code: MEMBER_NOT_FOUND }, means: unmatched }`,
  "http-batch": (url) => `type: http
    url: ${url}/v2/consents
    ${TOKEN(url)}
    body: { external_id: "{{ user_id }}", channel: chat, subscribed: false, changed_at: "{{ event_time }}" }
    batch: { size: 100, body: { items: "{{ items }}" }, results: { at: results, id: external_id } }
    answers:
      - { status: 200, where: { state: updated }, means: delivered }
      - { status: 200, where: { state: unknown }, means: unmatched }`,
  salesforce: (url) => `type: salesforce
    instance_url: ${url}
    client_id: bench
    client_secret: bench
    daily_share: 100
    match: { field: Chat_User_Id__c, value: "{{ user_id }}" }
    set: { Chat_Subscription__c: "{{ event }}", Chat_Unsubscribed_At__c: "{{ event_time }}" }`,
  braze: (url) => `type: braze
    endpoint: ${url}
    api_key: bench
    unknown_users: ignore
    subscription_groups: ["7d4c4b3a-2f5b-4c57-9a86-3f7c2a4f8c11"]
    attributes: { chat_subscription: "{{ event }}" }`,
  customerio: (url) => `type: customerio
    region: us
    base_url: ${url}
    site_id: bench
    api_key: bench
    unknown_people: create
    topics: [1]
    attributes: { chat_subscription: "{{ event }}" }`,
  mixpanel: (url) => `type: mixpanel
    project_id: 1
    region: eu
    base_url: ${url}
    service_account: bench
    secret: bench
    event: Official Account Unsubscribed`,
};

/** YAML of the one connector. @param url of its stand-in */
export function reachYaml(type: ReachType, url: string): string {
  return `  drained:\n    ${SETTINGS[type](url)}\n    rate: 1000000/s\n`;
}
