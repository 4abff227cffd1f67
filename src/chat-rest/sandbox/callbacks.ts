/** Callbacks as Chat posts them: signed, given up after two seconds, and never sent again. */
import { signOf } from "../../intake/admission/authenticity.ts";

/** Where they go. */
export interface CallbackTarget {
  readonly url: string;
  readonly token: string;
}

export interface SentCallback {
  readonly app: number;
  readonly command: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970, on Chat's clock. */
  readonly now: number;
}

const TIMEOUT_MS = 2_000;

/** Whether it was answered OK; else it is lost. Never rejects. */
export async function postCallback(
  { url, token }: CallbackTarget,
  { app, command, fields, now }: SentCallback,
): Promise<boolean> {
  const requestTime = String(Math.floor(now / 1_000));
  const query = {
    SdkAppid: String(app),
    CallbackCommand: command,
    contenttype: "json",
    ClientIP: "127.0.0.1",
    OptPlatform: "RESTAPI",
    RequestTime: requestTime,
    Sign: signOf(token, requestTime),
  };
  try {
    const response = await fetch(`${url}?${new URLSearchParams(query)}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ CallbackCommand: command, ...fields, EventTime: now }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { ActionStatus: status } = (await response.json()) as { ActionStatus?: unknown };
    return response.status === 200 && status === "OK";
  } catch {
    return false;
  }
}
