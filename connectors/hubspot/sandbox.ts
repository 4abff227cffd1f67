/** A stand-in for HubSpot's contacts API on loopback: as strict as HubSpot, and as forgiving. */
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxPlace,
  type SandboxRequest,
  type StandIn,
  startSandbox,
} from "../kit/sandbox.ts";
import { forbidden, unauthentic } from "./sandbox/access.ts";
import type { AccountRules } from "./sandbox/account-rules.ts";
import type { Contact } from "./sandbox/contact-index.ts";
import { type Limits, openMeter } from "./sandbox/limits.ts";
import { openPortal, type Portal, type PropertyDefinition } from "./sandbox/portal.ts";
import { answerTo } from "./sandbox/routes.ts";
import { openWelcome, type Welcome } from "./sandbox/welcome.ts";

export interface HubSpotSandboxOptions {
  /** The access token that it knows; others are answered 401. Any unless set. */
  readonly token?: string;
  /** What the token may do; everything unless set. */
  readonly scopes?: readonly string[];
  /** Contacts that exist: by Chat user id, or with properties. */
  readonly contacts?: readonly (string | Readonly<Record<string, string>>)[];
  /** Properties beside the default ones (`chat_user_id`, unique, and others), or instead of those of the same name. */
  readonly properties?: readonly PropertyDefinition[];
  /** How long search does not notice a contact that was made or changed, milliseconds. */
  readonly indexLagMs?: number;
  /** Request limits, in real windows; none unless set. */
  readonly limits?: Limits;
  /** API versions that it knows: v3, 2026-03 and 2026-09 unless set. */
  readonly versions?: ReadonlySet<string>;
  /** Of the account's administrator; none unless set. */
  readonly rules?: AccountRules;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly place?: SandboxPlace;
  /** Makes what requests name; nothing is made unless set. */
  readonly welcome?: Welcome;
}

export interface HubSpotSandbox extends Sandbox {
  /** By record id. */
  readonly contacts: ReadonlyMap<string, Contact>;
  /** By name; may be changed. */
  readonly definitions: Map<string, PropertyDefinition>;
  /** How long search lags behind, milliseconds; may be changed. */
  indexLagMs: number;
  /** Makes a contact and returns its record id. */
  add(properties: Readonly<Record<string, string>>): string;
  remove(id: string): void;
  /** Merges two contacts into a new one. Returns its record id. */
  merge(primary: string, other: string): string;
  /** Calls `look` after each change of a contact from now on. */
  watch(look: (contact: Contact) => void): void;
  /** The properties of the contact with this Chat user id. */
  contactOf(user: string): Readonly<Record<string, string>> | undefined;
}

const VERSIONS: ReadonlySet<string> = new Set(["v3", "2026-03", "2026-09"]);
const ALL_SCOPES = ["oauth", "crm.objects.contacts.read", "crm.objects.contacts.write", "crm.schemas.contacts.read"];

export async function startHubSpotSandbox(options: HubSpotSandboxOptions = {}): Promise<HubSpotSandbox> {
  const { token, scopes = ALL_SCOPES, contacts = [], properties = [], limits = {}, clock = Date.now } = options;
  const { versions = VERSIONS, rules = {} } = options;
  const portal = openPortal(properties, clock);
  const meter = openMeter(limits, clock);
  for (const each of contacts) addLongAgo(portal, each);
  const grant = { token, scopes };
  const isIndexed = ({ changedAt }: Contact) => changedAt + sandbox.indexLagMs <= clock();

  function respond(request: SandboxRequest): SandboxAnswer {
    const stranger = unauthentic(request, grant);
    if (stranger !== undefined) return stranger;
    options.welcome?.prepare(portal, request);
    const { refused, headers } = meter.pass(request.path.endsWith("/search"));
    const answer =
      refused ?? forbidden(request, grant) ?? answerTo(request, { portal, scopes, isIndexed, versions, rules });
    return { ...answer, headers: { ...headers, ...answer.headers } };
  }

  const { add, remove, merge, watch, definitions } = portal;
  const sandbox = Object.assign(await startSandbox(respond, options.place), {
    contacts: portal.contacts,
    definitions,
    indexLagMs: options.indexLagMs ?? 0,
    add,
    remove,
    merge,
    watch,
    contactOf: (user: string) => contactOf(portal, user),
  });
  return sandbox;
}

/** What exists at the start has been there for long. */
function addLongAgo(portal: Portal, given: string | Readonly<Record<string, string>>): void {
  const id = portal.add(typeof given === "string" ? { chat_user_id: given } : given);
  const contact = portal.contacts.get(id);
  if (contact !== undefined) contact.changedAt = Number.NEGATIVE_INFINITY;
}

function contactOf(portal: Portal, user: string): Readonly<Record<string, string>> | undefined {
  for (const id of portal.idsWith("chat_user_id", user)) {
    const properties = portal.contacts.get(id)?.properties;
    if (properties?.chat_user_id === user) return properties;
  }
  return undefined;
}

/** An account that has every property that is named, and a contact of everybody who is asked for. */
export const standIn: StandIn = {
  yaml: (url) => `type: hubspot
base_url: ${url}
access_token: \${HUBSPOT_ACCESS_TOKEN:-sandbox-access-token}
match: { property: chat_user_id, value: "{{ user_id }}" }
set:
  chat_subscription: "{{ event }}"
  chat_unsubscribed_at: "{{ event_time }}"
`,
  async start({ isStranger, ...place }) {
    const welcome = openWelcome(isStranger);
    const sandbox = await startHubSpotSandbox({ place, welcome });
    return { sandbox, tell: welcome.tell };
  },
};
