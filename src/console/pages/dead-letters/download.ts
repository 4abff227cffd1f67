/** Dead letters as the lines of a dead-letter file, whole, as they are found. */
import { redactor } from "../../../config/credentials/redact.ts";
import type { Page } from "../../page.ts";
import { choiceIn, letterFilter } from "./choice.ts";

export const downloadLetters: Page = {
  path: "/dead-letters/download",
  least: "operator",
  async show(visit) {
    const { operations, query, config } = visit;
    const filter = letterFilter(choiceIn(query), visit);
    await operations.insistOnConnector(filter.connector ?? (await operations.connectorNames())[0] ?? "");
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const encoder = new TextEncoder();
    void operations
      .writeDeadLetters(filter, redactor(config.secrets), async (lines) => {
        await writer.ready;
        await writer.write(encoder.encode(lines));
      })
      // whoever reads sees that it is not whole
      .then(
        () => writer.close(),
        (error: unknown) => writer.abort(error),
      )
      .catch(() => undefined);
    return new Response(readable, {
      headers: {
        "content-type": "application/jsonl; charset=utf-8",
        "content-disposition": 'attachment; filename="dead-letters.jsonl"',
      },
    });
  },
};
