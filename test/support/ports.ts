/** Ports for what wants several in a row, and cannot be told to take any. */
import { once } from "node:events";
import { createServer } from "node:net";

/** The first of so many that were all free a moment ago, below those that systems hand out by themselves. */
export async function freePortsInARow(amount: number): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const servers = Array.from({ length: amount }, () => createServer());
    const opened = await Promise.all(
      servers.map((server, index) =>
        once(server.listen(first + index, "127.0.0.1"), "listening").then(
          () => true,
          () => false,
        ),
      ),
    );
    const open = servers.filter((_, index) => opened[index]);
    await Promise.all(open.map((server) => once(server.close(), "close")));
    if (open.length === amount) return first;
  }
}
