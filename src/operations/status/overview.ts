/** How everything is, and what follows for those who left. */
import type { Owed } from "../../storage/contract/alarms.ts";
import type { Questions } from "../../storage/contract/questions.ts";
import type { Known } from "../known.ts";
import { type StatusReport, statusReport } from "./status.ts";
import { type StatusVerdict, statusVerdict } from "./verdict.ts";

export interface Overview {
  readonly report: StatusReport;
  readonly verdict: StatusVerdict;
}

export async function overviewOf(questions: Questions, known: Known): Promise<Overview> {
  const report = await statusReport(questions, known);
  const owed = new Map<string, Owed>();
  for (const { status } of report.connectors) {
    if (status.waiting > 0) owed.set(status.name, await questions.owed(status.name));
  }
  return { report, verdict: statusVerdict(report, owed) };
}
