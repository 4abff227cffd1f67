/**
 * The stand-ins of `reach.ts` in a process of their own. Prints where they are. Each answer takes as long as the first argument says, in
 * milliseconds: without an SDK a loop costs so little that beside stand-ins which answer at once nothing but their own speed would be measured.
 */
import { startBrazeSandbox } from "../../connectors/braze/sandbox.ts";
import { startCustomerIoSandbox } from "../../connectors/customerio/sandbox.ts";
import { startLoyaltySandbox } from "../../connectors/http/sandbox.ts";
import { startMixpanelSandbox } from "../../connectors/mixpanel/sandbox.ts";
import { startSalesforceSandbox } from "../../connectors/salesforce/sandbox.ts";
import { waitingUser } from "./users.ts";

/** Of the OAuth server before the http stand-in. */
export const EXAMPLE_CLIENT = { id: "bench-client", secret: "bench-client-secret" };

const KNOWN_USERS = 100_000;
/** API requests of the org's day. */
const PLENTY = 100_000_000;

if (import.meta.main) {
  const place = { delayMs: Number(process.argv[2] ?? 0) };
  const [http, salesforce, braze, customerio, mixpanel] = await Promise.all([
    startLoyaltySandbox({ client: EXAMPLE_CLIENT, place }),
    startSalesforceSandbox({
      records: Array.from({ length: KNOWN_USERS }, (_, index) => waitingUser(index)),
      limit: PLENTY,
      place,
    }),
    startBrazeSandbox({ isKnown: () => true, place }),
    startCustomerIoSandbox({ place }),
    startMixpanelSandbox({ place }),
  ]);
  const urls = { http, "http-batch": http, salesforce, braze, customerio, mixpanel };
  console.log(JSON.stringify(Object.fromEntries(Object.entries(urls).map(([name, { url }]) => [name, url]))));
}
