/** A webhook's receiver that notes how long deliveries were under way. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface Receiver {
  readonly url: string;
  /** Milliseconds from `expect` to each delivery. */
  readonly latencies: number[];
  /** What is delivered of this user is noted from now on. Names end in digits. */
  expect(user: string): void;
  clear(): void;
  close(): void;
}

/** Takes whatever comes, and notes how long each was under way. */
export async function startReceiver(): Promise<Receiver> {
  const latencies: number[] = [];
  const since = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const at = since.get(/"(rate-\d+)"/.exec(body)?.[1] ?? "");
      if (at !== undefined) latencies.push(performance.now() - at);
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latencies,
    expect: (user) => void since.set(user, performance.now()),
    clear() {
      latencies.length = 0;
      since.clear();
    },
    close: () => void server.close(),
  };
}
