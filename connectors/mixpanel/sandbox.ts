/** A stand-in for Mixpanel's /import on loopback: as strict as Mixpanel documents it, and it knows an event that comes twice. */
import { asRecord, isRecord, parseJson } from "../../src/connector-tools.ts";
import {
  type Sandbox,
  type SandboxAnswer,
  type SandboxPlace,
  type SandboxRequest,
  type StandIn,
  startSandbox,
} from "../kit/sandbox.ts";

/** An event as it arrived. */
export interface ImportedEvent {
  readonly event: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface MixpanelSandboxOptions {
  /** The service account that it knows; any unless set. */
  readonly account?: string;
  readonly secret?: string;
  /** The project that it has; any unless set. */
  readonly project?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly place?: SandboxPlace;
}

export interface MixpanelSandbox extends Sandbox {
  /** By what Mixpanel knows an event by: its name, time, distinct_id and $insert_id. */
  readonly events: ReadonlyMap<string, ImportedEvent>;
}

const MOST_EVENTS = 2_000;
const LARGEST_REQUEST = 2_097_152;
const HOUR_MS = 3_600_000;
const SECONDS_UNTIL = 100_000_000_000;
const EPOCH_1971_MS = 31_536_000_000;
const NOBODIES = new Set(
  "00000000-0000-0000-0000-000000000000,anon,anonymous,nil,none,null,n/a,na,undefined,unknown,<nil>,0,-1,true,false,[],{}".split(
    ",",
  ),
);

export async function startMixpanelSandbox(options: MixpanelSandboxOptions = {}): Promise<MixpanelSandbox> {
  const { clock = Date.now } = options;
  const events = new Map<string, ImportedEvent>();

  function keep(event: ImportedEvent): void {
    const { time, distinct_id, $insert_id } = event.properties;
    events.set(JSON.stringify([event.event, time, distinct_id, $insert_id]), event);
  }

  function respond(request: SandboxRequest): SandboxAnswer {
    // a project of another region is none of this host's: /import answers that by 401 as well
    if (!request.path.endsWith("/import")) return { status: 404, body: "Not Found" };
    if (request.path !== "/import" || !isKnown(request, options)) {
      return { status: 401, body: { code: 401, error: "Invalid credentials", status: "Unauthorized" } };
    }
    const given = parseJson(request.body);
    if (Buffer.byteLength(request.body) > LARGEST_REQUEST) {
      return {
        status: 413,
        body: { code: 413, error: "request exceeds max limit of 2097152 bytes", status: "Request Entity Too Large" },
      };
    }
    if (!Array.isArray(given) || given.length === 0 || given.length > MOST_EVENTS) {
      return { status: 400, body: { code: 400, error: "expected a list of 1 to 2000 events", status: "Bad Request" } };
    }
    return importAll(given, keep, clock());
  }

  return Object.assign(await startSandbox(respond, options.place), { events });
}

function isKnown({ headers, query }: SandboxRequest, { account, secret, project }: MixpanelSandboxOptions): boolean {
  const [scheme, credentials = ""] = (headers.authorization ?? "").split(" ");
  const [name, password] = Buffer.from(credentials, "base64").toString("utf8").split(":");
  if (scheme !== "Basic" || !name || !password || !query.get("project_id")) return false;
  const isAccount = (account ?? name) === name && (secret ?? password) === password;
  return isAccount && (project === undefined || query.get("project_id") === String(project));
}

/** Those that pass are imported, also where others fail. */
function importAll(given: readonly unknown[], keep: (event: ImportedEvent) => void, now: number): SandboxAnswer {
  const failed: object[] = [];
  for (const [index, one] of given.entries()) {
    const { event, properties } = asRecord(one);
    const fault = faultOf(event, properties, now);
    if (fault === undefined) keep({ event: String(event), properties: asRecord(properties) });
    else
      failed.push({
        index,
        insert_id: asRecord(properties).$insert_id ?? "",
        field: fault,
        message: `'${fault}' is invalid`,
      });
  }
  const num_records_imported = given.length - failed.length;
  if (failed.length === 0) return { status: 200, body: { code: 200, num_records_imported, status: "OK" } };
  const error = "some data points in the request failed validation";
  return {
    status: 400,
    body: { code: 400, error, failed_records: failed, num_records_imported, status: "Bad Request" },
  };
}

function faultOf(event: unknown, properties: unknown, now: number): string | undefined {
  if (typeof event !== "string" || event === "") return "event";
  if (!isRecord(properties) || Object.keys(properties).length >= 255) return "properties";
  const { time, distinct_id, $insert_id } = properties;
  if (!isTime(time, now)) return "properties.time";
  if (typeof distinct_id !== "string" || NOBODIES.has(distinct_id)) return "properties.distinct_id";
  const isInsertId = typeof $insert_id === "string" && /^[A-Za-z0-9-]{1,36}$/.test($insert_id);
  return isInsertId && !NOBODIES.has($insert_id) ? undefined : "properties.$insert_id";
}

/** Seconds or milliseconds; neither before 1971 nor an hour ahead. */
function isTime(time: unknown, now: number): boolean {
  if (typeof time !== "number" || !Number.isInteger(time)) return false;
  const ms = time < SECONDS_UNTIL ? time * 1_000 : time;
  return ms >= EPOCH_1971_MS && ms <= now + HOUR_MS;
}

/** A project of its own, which takes any service account. */
export const standIn: StandIn = {
  yaml: (url) => `type: mixpanel
project_id: 2195193
region: eu
base_url: ${url}
service_account: \${MIXPANEL_SERVICE_ACCOUNT:-sandbox-service-account}
secret: \${MIXPANEL_SECRET:-sandbox-secret}
event: Official Account Unsubscribed
`,
  async start({ isStranger: _, ...place }) {
    return { sandbox: await startMixpanelSandbox({ place }), tell: toldBy };
  },
};

function toldBy({ body }: SandboxRequest) {
  const given = parseJson(body);
  return (Array.isArray(given) ? given.map(asRecord) : []).map(({ event, properties }) => {
    const { distinct_id, time: _, $insert_id: __, ...rest } = asRecord(properties);
    return { person: String(distinct_id), set: { event, ...rest } };
  });
}
