/** The stand-ins of `reach.ts` in a process of their own. Prints where they are. */
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
  const [http, salesforce, braze, customerio, mixpanel] = await Promise.all([
    startLoyaltySandbox({ client: EXAMPLE_CLIENT }),
    startSalesforceSandbox({
      records: Array.from({ length: KNOWN_USERS }, (_, index) => waitingUser(index)),
      limit: PLENTY,
    }),
    startBrazeSandbox({ isKnown: () => true }),
    startCustomerIoSandbox(),
    startMixpanelSandbox(),
  ]);
  const urls = { http, "http-batch": http, salesforce, braze, customerio, mixpanel };
  console.log(JSON.stringify(Object.fromEntries(Object.entries(urls).map(([name, { url }]) => [name, url]))));
}
