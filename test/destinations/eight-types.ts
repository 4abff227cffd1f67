/** Every connector type with a stand-in of its destination, and between the two a wire on which a test answers byte by byte. */
import { braze } from "../../connectors/braze/index.ts";
import { startBrazeSandbox } from "../../connectors/braze/sandbox.ts";
import { KEY as BRAZE_KEY, GROUP, isTrack } from "../../connectors/braze/testing.ts";
import { customerio } from "../../connectors/customerio/index.ts";
import { startCustomerIoSandbox } from "../../connectors/customerio/sandbox.ts";
import {
  APP_KEY,
  KEY as CUSTOMERIO_KEY,
  settingsFor as customerioSettings,
  isBatch,
  SITE,
} from "../../connectors/customerio/testing.ts";
import { http } from "../../connectors/http/index.ts";
import { startLoyaltySandbox } from "../../connectors/http/sandbox.ts";
import { hubspot } from "../../connectors/hubspot/index.ts";
import { startHubSpotSandbox } from "../../connectors/hubspot/sandbox.ts";
import { TOKEN as HUBSPOT_TOKEN } from "../../connectors/hubspot/testing.ts";
import type { Sandbox, SandboxRequest } from "../../connectors/kit/sandbox.ts";
import { mixpanel } from "../../connectors/mixpanel/index.ts";
import { startMixpanelSandbox } from "../../connectors/mixpanel/sandbox.ts";
import { ACCOUNT, settingsFor as mixpanelSettings, PROJECT, SECRET } from "../../connectors/mixpanel/testing.ts";
import { salesforce } from "../../connectors/salesforce/index.ts";
import { startSalesforceSandbox } from "../../connectors/salesforce/sandbox.ts";
import {
  CLIENT_ID,
  CLIENT_SECRET,
  kindOf,
  settingsFor as salesforceSettings,
} from "../../connectors/salesforce/testing.ts";
import { segment } from "../../connectors/segment/index.ts";
import { startSegmentSandbox } from "../../connectors/segment/sandbox.ts";
import { webhook } from "../../connectors/webhook/index.ts";
import { startWebhookSandbox } from "../../connectors/webhook/sandbox.ts";
import type { ConnectorType } from "../../src/connector.ts";

/** A destination that is well, and knows `user-1` to `user-3`. */
export interface Destination {
  readonly sandbox: Sandbox;
  /** As a user would write them, less what has a default; they point at the sandbox. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Subject {
  readonly type: ConnectorType;
  /** The status line is the answer. */
  readonly goesByStatus: boolean;
  /** Which requests write. */
  readonly isWrite: (request: Pick<SandboxRequest, "method" | "path">) => boolean;
  start(): Promise<Destination>;
}

const USERS = ["user-1", "user-2", "user-3"];
const LOOPBACK = { allow_http: true, allow_private_network: true };
const everything = () => true;

/** @param type of settings of its own, which the others do not share */
const subject = (type: unknown, rest: Omit<Subject, "type" | "goesByStatus">, goesByStatus = false): Subject => ({
  ...{ type: type as ConnectorType, goesByStatus },
  ...rest,
});

export const SUBJECTS: readonly Subject[] = [
  subject(hubspot, {
    isWrite: ({ path }) => path.endsWith("/batch/update"),
    async start() {
      const properties = [{ name: "chat_user_id", unique: true }];
      const sandbox = await startHubSpotSandbox({ token: HUBSPOT_TOKEN, contacts: USERS, properties });
      const match = { property: "chat_user_id" };
      const set = { chat_subscription: "{{ event }}" };
      return { sandbox, settings: { access_token: HUBSPOT_TOKEN, base_url: sandbox.url, match, set } };
    },
  }),
  subject(segment, {
    isWrite: everything,
    async start() {
      const sandbox = await startSegmentSandbox({ writeKeys: ["segment-write-key-4711"] });
      return { sandbox, settings: { write_key: "segment-write-key-4711", host: sandbox.url } };
    },
  }),
  subject(
    webhook,
    {
      isWrite: everything,
      async start() {
        const sandbox = await startWebhookSandbox();
        return { sandbox, settings: { url: `${sandbox.url}/hook`, ...LOOPBACK } };
      },
    },
    true,
  ),
  subject(http, {
    isWrite: ({ path }) => path.startsWith("/v2/"),
    async start() {
      const client = { id: "id-4711", secret: "client-secret-4711" };
      const sandbox = await startLoyaltySandbox({ client });
      const oauth = { token_url: `${sandbox.url}/oauth/token`, client_id: client.id, client_secret: client.secret };
      return {
        sandbox,
        settings: {
          ...{ url: `${sandbox.url}/v2/members/{{ user_id | url_encode }}/consents`, method: "PATCH", ...LOOPBACK },
          ...{
            auth: { oauth2_client_credentials: oauth },
            body: { channel: "chat", subscribed: false, changed_at: "{{ event_time }}" },
          },
          answers: [
            { status: 200, where: { "result.state": "updated" }, means: "delivered" },
            { status: 404, where: { code: "MEMBER_NOT_FOUND" }, means: "unmatched" },
            { status: [400, 422], where: { code: "INVALID" }, means: "rejected" },
          ],
        },
      };
    },
  }),
  subject(salesforce, {
    isWrite: (request) => kindOf(request) === "update",
    async start() {
      const sandbox = await startSalesforceSandbox({
        ...{ clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, records: USERS },
      });
      return { sandbox, settings: salesforceSettings(sandbox) };
    },
  }),
  subject(braze, {
    isWrite: isTrack,
    async start() {
      const sandbox = await startBrazeSandbox({ key: BRAZE_KEY, profiles: USERS, groups: [GROUP] });
      const attributes = { chat_subscription: "{{ event }}" };
      return { sandbox, settings: { api_key: BRAZE_KEY, endpoint: sandbox.url, attributes } };
    },
  }),
  subject(customerio, {
    isWrite: isBatch,
    async start() {
      const credentials = `${SITE}:${CUSTOMERIO_KEY}`;
      const sandbox = await startCustomerIoSandbox({ credentials, appKey: APP_KEY, people: USERS });
      return { sandbox, settings: customerioSettings(sandbox.url) };
    },
  }),
  subject(mixpanel, {
    isWrite: everything,
    async start() {
      const sandbox = await startMixpanelSandbox({ account: ACCOUNT, secret: SECRET, project: PROJECT });
      return { sandbox, settings: mixpanelSettings(sandbox) };
    },
  }),
];
