/** How everything is, and how each connector is. */
import { Type } from "@sinclair/typebox";
import { explanation } from "../../operations/status/condition.ts";
import type { StatusReport } from "../../operations/status/status.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { ProblemError } from "../problem.ts";
import { CONNECTOR, STATUS } from "../schemas/status.ts";

const NAME = { name: "The connector's name in the configuration." };

/** With what is to be said of each. */
function explained({ connectors, isServed }: Pick<StatusReport, "connectors" | "isServed">, now: number) {
  return connectors.map(({ status, condition }) => ({
    ...{ status, condition },
    explanation: explanation(status, condition, now, isServed),
  }));
}

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
    ...{ method: "GET", path: "/connectors", tag: "connectors", least: "viewer" },
    summary: "Every connector of the store: its state, why, and what waits",
    answer: Type.Object({ connectors: Type.Array(CONNECTOR) }),
    act: async ({ operations, now }) => ({ connectors: explained(await operations.status(), now) }),
  }),
  endpoint({
    ...{ method: "GET", path: "/connectors/{name}", tag: "connectors", least: "viewer", params: NAME },
    summary: "One connector",
    answer: CONNECTOR,
    refusals: { 404: "The store knows no connector of this name." },
    async act({ params: { name = "" }, operations, now }) {
      await operations.insistOnConnector(name);
      const found = explained(await operations.status(), now).find(({ status }) => status.name === name);
      if (found === undefined) throw new ProblemError(404, `There is no connector "${name}" in the store`);
      return found;
    },
  }),
];
