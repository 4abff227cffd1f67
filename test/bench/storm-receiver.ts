/**
 * A receiver of webhooks in a process of its own. Prints where it is; `/counts` answers how many came to each path, and how old
 * the oldest was since `/forget`.
 */
import { Elysia } from "elysia";
import { serve } from "../../src/listener/serve.ts";

export interface Counts {
  readonly received: Readonly<Record<string, number>>;
  /** Milliseconds from the event to its arrival. */
  readonly oldestMs: number;
}

if (import.meta.main) {
  const received: Record<string, number> = {};
  let oldestMs = 0;

  function take(path: string, body: string): Response {
    received[path] = (received[path] ?? 0) + 1;
    const [, at = ""] = /"timestamp":"([^"]+)"/.exec(body) ?? [];
    oldestMs = Math.max(oldestMs, Date.now() - Date.parse(at));
    return new Response(null, { status: 204 });
  }

  function forget(): Response {
    oldestMs = 0;
    return new Response(null, { status: 204 });
  }

  const app = () =>
    new Elysia()
      .get("/counts", () => Response.json({ received, oldestMs } satisfies Counts))
      .post("/forget", forget)
      .post("/to/:path", async ({ params: { path }, request }) => take(path, await request.text()), { parse: "none" });
  const { url } = await serve(app, { host: "127.0.0.1", port: 0 });
  console.log(JSON.stringify({ url }));
}
