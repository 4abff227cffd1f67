/**
 * The bare loop of webhooks: signs as the receiver wants it, posts by `fetch`, and looks at nothing but the status. As a script it sends
 * so many a second, 64 at once, until it is stopped: what deliveries beside pressing callbacks cost whoever makes them.
 */
import { Webhook } from "standardwebhooks";
import { sleep } from "../../src/basics/waiting.ts";
import { idOf, type Send } from "./bare-reach.ts";
import { BENCH_ENV } from "./setup.ts";

const AT_ONCE = 64;

/** @param address that is posted to */
export function bareWebhook(address: string): Send {
  const signer = new Webhook(BENCH_ENV.PARTNER_WEBHOOK_SECRET);
  return async ([user = ""]) => {
    const now = new Date();
    const id = idOf(user);
    const data = { official_account: "@TOA#_bench", user_id: user, operator: "admin" };
    const body = JSON.stringify({ type: "official_account.unsubscribed", timestamp: now.toISOString(), data });
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": signer.sign(id, now, body),
    };
    const response = await fetch(address, { method: "POST", headers, body });
    await response.text();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
  };
}

if (import.meta.main) {
  const [, , address = "", perSecond = "1"] = process.argv;
  const send = bareWebhook(address);
  let sent = 0;
  let dueAt = performance.now();
  const lane = async () => {
    for (;;) {
      // from now on, where it stood still: nothing is caught up with
      dueAt = Math.max(dueAt + 1_000 / Number(perSecond), performance.now() - 1_000);
      const wait = dueAt - performance.now();
      if (wait > 1) await sleep(wait);
      sent += 1;
      await send([`bare-${sent}`]);
    }
  };
  for (let started = 0; started < AT_ONCE; started += 1) void lane();
  console.log(JSON.stringify({ address }));
}
