/** Who may come in: decided from address, URL and clock, before a byte of the body is read. */
import type { Config } from "../../config/checked-config.ts";
import { addressSet, clientAddress } from "./address.ts";
import { type Authenticity, authenticator } from "./authenticity.ts";
import type { CallbackQuery } from "./query.ts";
import type { Refusal } from "./refusals.ts";

export type DoorConfig = Pick<Config, "chat" | "server">;

/** The peer's address of a request, as the runtime knows it. */
export type PeerAddress = (request: Request) => string | undefined;

export type Admission = Extract<Authenticity, { tag: "authentic" }> | Refusal;

export type Door = (request: Request, query: CallbackQuery, now: number) => Admission;

/** The door of the configuration as it is at each request: another object is another configuration, and counts from then on. */
export function openDoors(config: () => DoorConfig, peer: PeerAddress): Door {
  let current = config();
  let door = openDoor(current, peer);
  return (...request) => {
    const latest = config();
    if (latest !== current) door = openDoor(latest, peer);
    current = latest;
    return door(...request);
  };
}

/** Builds the door of a configuration. Throws on a CIDR that is none. */
export function openDoor({ chat, server }: DoorConfig, peer: PeerAddress): Door {
  const authenticate = authenticator(chat);
  if (chat.allow_from.length === 0) return (_request, query, now) => authenticate(query, now);
  const allowed = addressSet(chat.allow_from);
  const trusted = addressSet(server.trusted_proxies);
  return (request, query, now) => {
    const address = clientAddress(peer(request) ?? "", request.headers.get("x-forwarded-for"), trusted);
    return allowed(address) ? authenticate(query, now) : { tag: "address", address };
  };
}
