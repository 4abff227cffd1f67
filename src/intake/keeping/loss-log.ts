/**
 * What neither store nor spool takes is at least in the log: an authentic, fresh callback stands there whole, once. The log is
 * on a disk, too: when there is much of it in a minute, then with the ids of its users, and at last only counted.
 */
import { Buffer } from "node:buffer";
import { hash } from "node:crypto";
import { time } from "../../basics/format.ts";
import { MINUTE_MS, openWindows } from "../../basics/once-a-minute.ts";
import { checkCallback } from "../../callback.ts";
import type { Logger } from "../../connector.ts";
import type { Callback, Intake, QuarantineEntry } from "../../storage/contract/callbacks.ts";
import { sampledLog } from "../sampled-log.ts";

export interface LossLogOptions {
  readonly log: Logger;
  readonly limits?: Partial<LossLimits>;
}

export interface LossLimits {
  /** Characters of whole bodies in a minute, and beyond them of users' ids. */
  readonly bodies: number;
  readonly ids: number;
  readonly minuteMs: number;
}

const LIMITS: LossLimits = { bodies: 8 * 1024 * 1024, ids: 8 * 1024 * 1024, minuteMs: MINUTE_MS };
/** Characters of a quarantined body: whoever has an old URL can send as many as they like. */
const SHOWN_OF_QUARANTINED = 1_024;

/** What is left of a minute's budget. */
interface Minute {
  bodies: number;
  ids: number;
  uncounted: number;
  readonly known: Set<string>;
}

export function lossLog({ log, limits: given }: LossLogOptions): (intake: Intake, why: string) => void {
  const limits = { ...LIMITS, ...given };
  const sampled = sampledLog({ log, minuteMs: limits.minuteMs });
  const minute = openWindows<Minute>({
    ms: limits.minuteMs,
    begin: () => ({ bodies: limits.bodies, ids: limits.ids, uncounted: 0, known: new Set() }),
    end({ uncounted }) {
      if (uncounted > 0) log.error({ fact: "intake.lost", unlogged: uncounted, reason: UNLOGGED });
    },
  });

  function callbackLost(callback: Callback, why: string): void {
    const left = minute();
    const bodySha256 = hash("sha256", callback.body, "hex");
    const head = { fact: "intake.lost", reason: why, ...headOf(callback), body_sha256: bodySha256 };
    const body = bodyForLog(callback.body);
    // Chat tries again, and the body stands there already
    if (left.known.has(bodySha256)) sampled.error("again", { ...head, again: true });
    else if (body.length <= left.bodies) {
      left.bodies -= body.length;
      left.known.add(bodySha256);
      log.error({ ...head, body });
    } else idsLost(callback, head, left);
  }

  function idsLost(callback: Callback, head: { readonly fact: string }, left: Minute): void {
    const ids = idsOf(callback);
    const { length } = JSON.stringify(ids);
    if (length > left.ids) left.uncounted += 1;
    else {
      left.ids -= length;
      log.error({ ...head, ...ids });
    }
  }

  function entryLost(entry: QuarantineEntry, why: string): void {
    const { id, fault, size, app } = entry;
    const body = bodyForLog(entry.body.subarray(0, SHOWN_OF_QUARANTINED));
    const cut = entry.body.length > SHOWN_OF_QUARANTINED;
    sampled.error(app, { fact: "intake.lost", reason: why, ...headOf(entry), id, fault, size, body, cut });
  }

  return ({ callbacks, quarantine }, why) => {
    for (const callback of callbacks) callbackLost(callback, why);
    for (const entry of quarantine) entryLost(entry, why);
  };
}

const UNLOGGED = "more were lost in this minute than the log takes";

const headOf = ({ app, command, platform, clientIp, receivedAt }: Callback) => ({
  ...{ app, command, platform, client_ip: clientIp, received_at: time(receivedAt) },
});

/** What an unsubscription can be made up from by hand. */
function idsOf(callback: Callback): Record<string, unknown> {
  const checked = checkCallback(callback);
  if (!checked.ok) return { fault: checked.fault };
  const { officialAccount, eventTime, users } = checked;
  return { official_account: officialAccount, event_time: time(eventTime), users };
}

/** A mark of the byte order at the start is part of the body. */
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function bodyForLog(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch {
    return `base64:${Buffer.from(body).toString("base64")}`;
  }
}
