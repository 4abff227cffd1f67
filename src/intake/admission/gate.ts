/** Who may come in: decided from address, URL and clock, before a byte of the body is read. */
import type { Config } from "../../config/checked-config.ts";
import { addressSet, clientAddress } from "../../listener/address.ts";
import type { PeerAddress } from "../../listener/serve.ts";
import { type Authenticity, authenticator } from "./authenticity.ts";
import type { CallbackQuery } from "./query.ts";
import type { Refusal } from "./refusals.ts";

export type GateConfig = Pick<Config, "chat" | "server">;

export type Admission = Extract<Authenticity, { tag: "authentic" }> | Refusal;

export type Gate = (request: Request, query: CallbackQuery, now: number) => Admission;

/** The gate of the configuration as it is at each request: another object is another configuration, and counts from then on. */
export function openGate(config: () => GateConfig, peer: PeerAddress): Gate {
  let current = config();
  let gate = gateBy(current, peer);
  return (...request) => {
    const latest = config();
    if (latest !== current) gate = gateBy(latest, peer);
    current = latest;
    return gate(...request);
  };
}

/** Builds the gate of a configuration. Throws on a CIDR that is none. */
export function gateBy({ chat, server }: GateConfig, peer: PeerAddress): Gate {
  const authenticate = authenticator(chat);
  if (chat.allow_from.length === 0) return (_request, query, now) => authenticate(query, now);
  const allowed = addressSet(chat.allow_from);
  const trusted = addressSet(server.trusted_proxies);
  return (request, query, now) => {
    const address = clientAddress(peer(request) ?? "", request.headers.get("x-forwarded-for"), trusted);
    return allowed(address) ? authenticate(query, now) : { tag: "address", address };
  };
}
