// A connector of one's own, next to the YAML. In bridge.yaml:
//
//   connectors:
//     board:
//       type: ./example-connector.ts
//       url: https://board.example/api/messages
//       token: ${BOARD_TOKEN}
import { connectorType, delivered, outcomes, retry, Secret, Template, Type } from "unsub-bridge/connector";

export const connector = connectorType({
  type: "board",
  summary: "Posts a line to our message board.",
  settings: Type.Object({
    url: Type.String({ description: "Where messages are posted.", examples: ["https://board.example/api/messages"] }),
    token: Secret({ description: "The board's token.", examples: ["${BOARD_TOKEN}"] }),
    text: Template({ default: "{{ user_id }} left {{ official_account }}", description: "The message." }),
  }),
  example: "type: ./example-connector.ts\nurl: https://board.example/api/messages\ntoken: ${BOARD_TOKEN}\n",
  largestBatch: () => 1, // how many deliveries the destination takes in one request
  concurrency: 2,
  budgets: { default: { requests: 10, perMs: 1_000 } }, // at most ten requests a second
  writes: "fact", // each message counts; "state" where only the newest does
  destination: ({ url }) => url,
  account: ({ token }) => token, // connectors with one account share its rate
  open({ url, token, text }, tools) {
    const render = tools.template(text);
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    return {
      async deliver([delivery], signal) {
        if (delivery === undefined) return outcomes([]);
        // the same delivery always has the same id: the board can drop what it has already
        const body = JSON.stringify({ id: delivery.id, text: render(delivery) });
        const { status } = await tools.fetch(url, { method: "POST", headers, body, signal });
        const reason = { words: "the board did not take the message", status };
        if (status === 401 || status === 403) return { tag: "credentialsRefused", reason };
        return outcomes([[delivery.id, status === 201 ? delivered() : retry(reason)]]);
      },
      async check() {
        return [{ ok: "warning", what: "the board cannot be asked without posting", todo: "watch the first delivery" }];
      },
      async preview(deliveries) {
        return deliveries.map((each) => ({ method: "POST", url, headers, body: { id: each.id, text: render(each) } }));
      },
    };
  },
});
