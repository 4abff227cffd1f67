/** Looks at a store that no other connection can reach: one in memory. It answers them itself. */
import { type Look, type LookOptions, type Looks, NotReady } from "./contract/questions.ts";
import type { Storage } from "./contract/storage.ts";

type Asked = Pick<
  Storage,
  "status" | "connector" | "bridges" | "deliveries" | "trace" | "quarantined" | "quarantineEntry"
>;

export function looksOf(storage: Asked): Looks {
  return {
    status: () => storage.status(),
    connectors: async () => (await storage.status()).connectors,
    connector: (name) => storage.connector(name),
    bridges: () => storage.bridges(),
    firstSince: async () => 0,
    ledger: (filter, _, options) => paged(options, (page) => storage.deliveries(filter, page)),
    delivery: async (id) => whole(await storage.deliveries({ ids: [id] }, { limit: 1 })),
    trace: async (user) => whole((await storage.trace(user)).toReversed()),
    async people() {
      throw new NotReady("a store in memory cannot be searched by the beginning of an id");
    },
    quarantined: (options) => paged(options, (page) => storage.quarantined(page)),
    quarantineEntry: (id) => storage.quarantineEntry(id),
  };
}

async function paged<T extends { readonly id: string }>(
  { from, limit }: LookOptions,
  read: (page: { readonly limit: number; readonly after?: string }) => Promise<readonly T[]>,
): Promise<Look<T>> {
  const found = await read({ limit, ...(from !== null && { after: from }) });
  return { found, looked: found.length, next: found.length < limit ? null : (found.at(-1)?.id ?? null) };
}

function whole<T>(found: readonly T[]): Look<T> {
  return { found, looked: found.length, next: null };
}
