/** @jsxImportSource preact */
/** Whether everybody who left has been honoured everywhere, and where not: whose fault it is. */
import type { Page } from "../../page.ts";
import { Done } from "../connectors/done.tsx";
import { Charts, rangeAsked } from "./charts.tsx";
import { Connectors } from "./connectors.tsx";
import { Intake } from "./intake.tsx";
import { Machines } from "./machines.tsx";
import { Matters } from "./matters.tsx";
import { WORDS } from "./words.ts";

export const overview: Page = {
  path: "/",
  async show(visit) {
    const { operations, query, language } = visit;
    const { report, verdict } = await operations.overview();
    const [range, lastHour] = [rangeAsked(query), await operations.throughput("1h")];
    const throughput = range === "1h" ? lastHour : await operations.throughput(range);
    return {
      title: WORDS[language].title,
      isLive: true,
      body: (
        <>
          <Done visit={visit} />
          <Matters verdict={verdict} visit={visit} />
          <Connectors report={report} verdict={verdict} visit={visit} />
          <Intake report={report} lastHour={lastHour.intake} visit={visit} />
          <Charts throughput={throughput} visit={visit} />
          <Machines report={report} visit={visit} />
        </>
      ),
    };
  },
};
