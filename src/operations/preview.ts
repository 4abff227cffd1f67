/** What each connector would send for one person, or why not. */
import { deliveryIdOf } from "../basics/delivery-id.ts";
import { time } from "../basics/format.ts";
import { verbatim } from "../basics/snake-case.ts";
import { commandOf, eventOf } from "../callback.ts";
import type { Config, ConnectorConfig } from "../config/checked-config.ts";
import { type Redactors, redactorsOf, redactValue } from "../config/credentials/redact.ts";
import { previewInTime } from "../config/own-tests/offline.ts";
import { wants } from "../config/selection.ts";
import { type Delivery, type Event, type PreviewRequest, type Reason, type Said, shownUrl } from "../connector.ts";
import { noted } from "../connector-tools.ts";
import { readSentence } from "../delivery/attempt/sanitize.ts";
import type { LedgerEntry } from "../storage/contract/ledger.ts";
import { connectorNamed } from "./connectors/configured.ts";
import { connectorErrorLine } from "./error-line.ts";
import { withConnector } from "./lone-connector.ts";
import { originsBy } from "./origins.ts";

/** The person, and what is supposed to have happened. */
export interface PreviewQuestion {
  readonly user: string;
  readonly officialAccount: string;
  /** Only this connector. */
  readonly connector?: string;
  readonly subscribed?: boolean;
  /** Who did it; the user unless given. */
  readonly operator?: string;
  readonly platform: string;
  /** The SDKAppID; the first of the configuration unless given. */
  readonly app?: string;
  /** Contacts are looked up at the destination, which changes nothing there. */
  readonly live?: boolean;
}

/** What one connector would do. */
export type Previewed =
  | {
      readonly tag: "sent";
      readonly requests: readonly PreviewRequest[];
      readonly note?: string;
      readonly noted?: Said;
    }
  /** `noted`, `because`: the same, so that it can be read in another language. */
  | { readonly tag: "skipped"; readonly reason: string; readonly because: Reason }
  | { readonly tag: "failed"; readonly reason: string };

export interface Preview {
  readonly event: Event;
  /** Why delivery ids of renamed connectors may be others; absent: they are those that would be sent. */
  readonly doubt?: string;
  readonly connectors: readonly { readonly connector: ConnectorConfig; readonly found: Previewed }[];
}

/** Milliseconds for the look-ups of one connector. */
const TIMEOUT_MS = 60_000;

/**
 * Sends nothing. Rejects with `Refused` when there is no connector of the name.
 * @param version of this program
 */
export async function previewEvent(config: Config, question: PreviewQuestion, version: string): Promise<Preview> {
  const connectors = chosen(config, question.connector);
  const event = askedEvent(question, config);
  const live = question.live === true;
  const { originOf, doubt } = await originsBy(config, live);
  const options = { ...config, live, version, redactors: redactorsOf(config.secrets) };
  const look = async (connector: ConnectorConfig) => {
    const delivery = { id: deliveryIdOf(event.id, originOf(connector)), event, attempts: 0 };
    return { connector, found: await previewOf(connector, delivery, options) };
  };
  return { event, connectors: await Promise.all(connectors.map(look)), ...(doubt !== undefined && { doubt }) };
}

type OfLedger = Pick<LedgerEntry, "id" | "connector" | "event">;

/** What a delivery of the ledger would send by now, without asking anybody; undefined: its connector is not configured. */
export function previewDelivery(config: Config, entry: OfLedger, version: string): Promise<Previewed | undefined> {
  return deliveryPreviews(config, version)(entry);
}

/** The same for many of one configuration. */
export function deliveryPreviews(config: Config, version: string): (entry: OfLedger) => Promise<Previewed | undefined> {
  const options = { ...config, live: false, version, redactors: redactorsOf(config.secrets) };
  return async ({ id, connector, event }) => {
    const found = config.connectors.find(({ name }) => name === connector);
    return found && previewOf(found, { id, event, attempts: 0 }, options);
  };
}

export function previewAsJson({ event, connectors }: Preview): Record<string, unknown> {
  const entries = connectors.map(({ connector: { name, type }, found }) => ({
    connector: name,
    type: type.type,
    ...found,
    ...(found.tag === "sent" && { requests: verbatim(found.requests) }),
  }));
  return {
    event: { ...event, eventTime: time(event.eventTime), receivedAt: time(event.receivedAt) },
    connectors: entries,
  };
}

function chosen(config: Config, name: string | undefined): readonly ConnectorConfig[] {
  return name === undefined ? config.connectors : [connectorNamed(config, name)];
}

function askedEvent(question: PreviewQuestion, { chat }: Config): Event {
  const { user, officialAccount, operator = user, platform } = question;
  const app = question.app ?? String(chat.apps[0]?.sdk_app_id);
  const kind = question.subscribed ? "subscribed" : "unsubscribed";
  const now = Date.now();
  const callback = { app, command: commandOf(kind), platform, clientIp: "203.0.113.7", receivedAt: now };
  return eventOf(callback, { kind, officialAccount, operator, eventTime: now }, user);
}

interface PreviewOptions extends Pick<Config, "file"> {
  readonly live: boolean;
  readonly version: string;
  /** Of the secrets of the configuration: they are shown nowhere. */
  readonly redactors: Redactors;
}

/** Never rejects, and shows no secret, whatever a connector of one's own puts where. */
async function previewOf(config: ConnectorConfig, delivery: Delivery, options: PreviewOptions): Promise<Previewed> {
  const found = await previewed(config, delivery, options);
  const { own, foreign } = options.redactors;
  const shown = redactValue(found, foreign, own) as Previewed;
  // a word of ours, whatever the secrets are
  return { ...shown, tag: found.tag } as Previewed;
}

async function previewed(
  config: ConnectorConfig,
  delivery: Delivery,
  { live, version, file }: PreviewOptions,
): Promise<Previewed> {
  const choice = wants(delivery.event, config);
  if (!choice.send) return { tag: "skipped", reason: choice.reason.words, because: choice.reason };
  try {
    const timeoutMs = live ? TIMEOUT_MS : config.common.timeout;
    const requests = await withConnector(config, { version }, (connector, templates) =>
      previewInTime(connector, templates, delivery, { timeoutMs, live }),
    );
    return { tag: "sent", requests: requests.map(discreet), ...noteOf(choice.note) };
  } catch (error) {
    return { tag: "failed", reason: connectorErrorLine(error, file) };
  }
}

const noteOf = (noted: Said | undefined) => (noted === undefined ? {} : { note: noted.words, noted });

/** A request may be shown whole but for what its address holds of credentials. */
export function discreet(request: PreviewRequest): PreviewRequest {
  const { note, code, values, ...rest } = request;
  const said = readSentence({ words: note, code, values }, (text) => text);
  return { ...rest, url: shownUrl(request.url), ...noted(said) };
}
