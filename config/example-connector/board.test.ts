/** The suite that every connector must pass, over the example: copy both files, and point this one at your own. */
import { connectorSuite } from "unsub-bridge/conformance";
import { startSandbox } from "unsub-bridge/sandbox";
import { connector } from "./board.ts";

const TOKEN = "board-token-4711";

connectorSuite({
  type: connector,
  async start() {
    const messages = new Map<string, unknown>();
    const sandbox = await startSandbox(({ method, headers, body }) => {
      if (headers.authorization !== `Bearer ${TOKEN}`) return { status: 401 };
      if (method === "GET") return { status: 200, body: [...messages.values()] };
      const message = JSON.parse(body) as { id: string };
      // a stand-in is as strict as its destination: the board knows a message by its id; one that knows people knows user-1 to user-3
      messages.set(message.id, message);
      return { status: 201 };
    });
    const settings = { url: `${sandbox.url}/messages`, token: TOKEN };
    return { sandbox, settings, secrets: [TOKEN], holds: () => [...messages.keys()] };
  },
});
