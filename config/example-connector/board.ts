// A connector of one's own, in a folder beside the YAML. In bridge.yaml:
//
//   connectors:
//     board:
//       type: ./example-connector/board.ts
//       url: https://board.example/api/messages
//       token: ${BOARD_TOKEN}
//
// board.test.ts, beside it, runs the tests over it that every connector must pass.
import {
  connectorType,
  type Delivery,
  delivered,
  outcomes,
  retry,
  Secret,
  Template,
  Type,
} from "unsub-bridge/connector";
import { isRefusal, reasonFor, troubleOf } from "unsub-bridge/tools";

export const connector = connectorType({
  type: "board",
  summary: "Posts a line to our message board.",
  settings: Type.Object({
    url: Type.String({ description: "Where messages are posted.", examples: ["https://board.example/api/messages"] }),
    token: Secret({ description: "The board's token.", examples: ["${BOARD_TOKEN}"] }),
    text: Template({ default: "{{ user_id }} left {{ official_account }}", description: "The message." }),
  }),
  example: "type: ./example-connector/board.ts\nurl: https://board.example/api/messages\ntoken: ${BOARD_TOKEN}\n",
  largestBatch: () => 1, // how many deliveries the destination takes in one request
  concurrency: 2,
  budgets: { default: { requests: 10, perMs: 1_000 } }, // at most ten requests a second
  writes: "fact", // each message counts; "state" where only the newest does
  destination: ({ url }) => url,
  account: ({ token }) => token, // connectors with one account share its rate
  open({ url, token, text }, tools) {
    const render = tools.template(text);
    const authorization = `Bearer ${token}`;
    // the same delivery always has the same id: the board can drop what it has already
    const messageOf = (delivery: Delivery) => ({ id: delivery.id, text: render(delivery) });
    return {
      async deliver([delivery], signal) {
        if (delivery === undefined) return outcomes([]);
        const headers = { authorization, "content-type": "application/json" };
        const body = JSON.stringify(messageOf(delivery));
        // what it throws (network trouble, no permit) is tried again, as every throw is
        const answer = await tools.fetch(url, { method: "POST", headers, body, signal });
        // it never takes credit for what it cannot be sure of: only 201 means that the board has it
        if (answer.status === 201) return outcomes([[delivery.id, delivered()]]);
        const reason = reasonFor(answer, "the board did not take the message");
        // 401, 403, 429 and 5xx are about the board; anything else is tried again
        return troubleOf(answer, reason) ?? outcomes([[delivery.id, retry(reason)]]);
      },
      // asks, and changes nothing
      async check(signal) {
        try {
          const { status } = await tools.fetch(url, { headers: { authorization }, signal });
          if (status === 200) return [{ ok: true, what: "the board answers" }];
          const todo = isRefusal(status) ? "look at the token" : "look at the url";
          return [{ ok: false, what: `the board answers ${status}`, todo }];
        } catch {
          return [
            { ok: false, what: "the board does not answer", todo: "look at the url, and whether the board is up" },
          ];
        }
      },
      // what is shown holds no secret
      async preview(deliveries) {
        const headers = { authorization: "Bearer …", "content-type": "application/json" };
        return deliveries.map((each) => ({ method: "POST", url, headers, body: messageOf(each) }));
      },
    };
  },
});
