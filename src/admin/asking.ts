/** Asking the listener of a bridge, from beside it. */
import { get } from "node:http";

export interface AdminAnswer {
  readonly status: number;
  readonly text: string;
}

/** Milliseconds for an answer from this machine. */
const PATIENCE_MS = 3_000;

/** Not by `fetch`, which asks the proxy that is configured for connectors. Rejects when nobody answers in time. */
export function askListener(url: string, token?: string): Promise<AdminAnswer> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const asking = get(url, { agent: false, timeout: PATIENCE_MS, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asking.on("timeout", () => asking.destroy(new Error("no answer")));
    asking.on("error", reject);
  });
}
