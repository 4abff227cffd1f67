/** How everything is, and how each connector is. */
import { Type } from "@sinclair/typebox";
import { explanation } from "../../operations/status/condition.ts";
import type { StatusReport } from "../../operations/status/status.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { ProblemError } from "../problem.ts";
import { DONE, IS_DONE, WHY } from "../schemas/common.ts";
import { CONNECTOR, RANGE, STATUS, THROUGHPUT } from "../schemas/status.ts";
import { sentAs } from "../wire/forms.ts";

const NAME = { name: "The connector's name in the configuration." };

const UNKNOWN = { 404: "The store knows no connector of this name." };

/** With what is to be said of each. */
function explained({ connectors, isServed }: Pick<StatusReport, "connectors" | "isServed">, now: number) {
  return connectors.map(({ status, condition }) => ({
    ...{ status, condition },
    explanation: explanation(status, condition, now, isServed),
  }));
}

export const CONNECTORS = Type.Object({ connectors: Type.Array(CONNECTOR) });

export const RETRIED = Type.Object({
  waiting: Type.Integer(),
  isHeld: sentAs("held", Type.Boolean({ description: "It is paused until somebody resumes it." })),
});

export const STATUS_ENDPOINTS: readonly Endpoint[] = [
  endpoint({
    ...{ method: "GET", path: "/status", tag: "status", least: "viewer" },
    summary: "How everything is: bridges, connectors, intake, alarms, coverage",
    answer: STATUS,
    async act({ operations, now }) {
      const report = await operations.status();
      return { ...report, connectors: explained(report, now) };
    },
  }),
  endpoint({
    ...{ method: "GET", path: "/throughput", tag: "status", least: "viewer" },
    summary: "What came in and went out, over an hour, a day or two weeks",
    query: Type.Object({ range: Type.Optional({ ...RANGE, default: "1h" }) }),
    answer: THROUGHPUT,
    act: ({ query: { range = "1h" }, operations }) => operations.throughput(range),
  }),
  endpoint({
    ...{ method: "GET", path: "/connectors", tag: "connectors", least: "viewer" },
    summary: "Every connector of the store: its state, why, and what waits",
    answer: CONNECTORS,
    act: async ({ operations, now }) => ({ connectors: explained(await operations.status(), now) }),
  }),
  endpoint({
    ...{ method: "GET", path: "/connectors/{name}", tag: "connectors", least: "viewer", params: NAME },
    summary: "One connector",
    answer: CONNECTOR,
    refusals: UNKNOWN,
    async act({ params: { name = "" }, operations, now }) {
      await operations.insistOnConnector(name);
      const found = explained(await operations.status(), now).find(({ status }) => status.name === name);
      if (found === undefined) throw new ProblemError(404, `There is no connector "${name}" in the store`);
      return found;
    },
  }),
  ...(["pause", "resume"] as const).map((operation) =>
    endpoint({
      ...{
        method: "POST",
        path: `/connectors/{name}/${operation}`,
        tag: "connectors",
        least: "operator",
        params: NAME,
      },
      summary:
        operation === "pause"
          ? "Pause a connector: its queue is kept, and it stays paused until it is resumed"
          : "Let a connector go on, whatever paused it",
      body: Type.Object(WHY),
      answer: DONE,
      refusals: UNKNOWN,
      async act({ params: { name = "" }, body: { why }, operations }) {
        await operations[operation](name, why);
        return IS_DONE;
      },
    }),
  ),
  endpoint({
    ...{ method: "POST", path: "/connectors/{name}/retry", tag: "connectors", least: "operator", params: NAME },
    summary: "Try what waits for a connector again at once, without waiting for its time",
    body: Type.Object(WHY),
    answer: RETRIED,
    refusals: UNKNOWN,
    act: ({ params: { name = "" }, body: { why }, operations }) => operations.retry(name, why),
  }),
];
