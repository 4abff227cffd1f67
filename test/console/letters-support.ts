/** Dead letters as a store holds them, made without a bridge. */
import type { Reason } from "../../src/connector.ts";
import type { DeadClass } from "../../src/storage/contract/deliveries.ts";
import type { Storage } from "../../src/storage/contract/storage.ts";
import { arriveTogether, drain, register, route, users } from "../storage/suite-support.ts";

export interface Buried {
  readonly connector: string;
  readonly prefix: string;
  readonly count: number;
  /** @param nth from 0 */
  readonly reason: (nth: number) => Reason;
  readonly class?: DeadClass;
  /** The type of the connector, where the YAML has one of this name. */
  readonly type?: string;
}

/** So many dead letters, each of a person of its own: `prefix-0` and so on. */
export async function bury(
  storage: Storage,
  { connector, prefix, count, reason, class: deadClass = "rejected", type }: Buried,
): Promise<void> {
  await register(storage, connector, type === undefined ? {} : { type });
  await route(storage, [connector], () => "of somebody else");
  for (let from = 0; from < count; from += 1_000) {
    const some = users(prefix, count).slice(from, from + 1_000);
    await arriveTogether(
      storage,
      some.map((user, at) => ({ user, at: from + at })),
    );
    await route(storage, [connector]);
    const nth = (user: string) => Number(user.slice(prefix.length + 1));
    await drain(
      storage,
      ({ event }) => ({ event: event.seq, to: "dead", class: deadClass, reason: reason(nth(event.user)) }),
      1_000,
      connector,
    );
  }
}
