/** What the settings of the moment mean for a request; made anew when they change. */
import type { AdminSettings } from "../config/schema.ts";
import { addressSet } from "../listener/address.ts";
import { accountsOf } from "./accounts.ts";
import type { InForce } from "./gate.ts";
import { ssoOf } from "./sso.ts";

/** @param settings asked each time: another object is other settings */
export function inForceBy(settings: () => AdminSettings, localToken: string): () => InForce {
  let current: AdminSettings | undefined;
  let inForce: InForce | undefined;
  return () => {
    const latest = settings();
    if (inForce === undefined || latest !== current) {
      inForce = {
        accounts: accountsOf(latest, localToken),
        trusted: addressSet(latest.trusted_proxies),
        sso: ssoOf(latest),
      };
      current = latest;
    }
    return inForce;
  };
}
