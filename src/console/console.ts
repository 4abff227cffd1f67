/** The console: every page and every action, as routes of the admin listener. */
import type { Route } from "../admin/route.ts";
import { assetsRoute } from "./assets.ts";
import { type Action, actionRoute, type Page, pageRoute, uploadRoute } from "./page.ts";
import { alarms, silenceAlarm, testAlarms } from "./pages/alarms/page.tsx";
import { audit } from "./pages/audit/page.tsx";
import { judgeAnswerAction } from "./pages/configuration/answer.tsx";
import { jobActions, openJobs } from "./pages/configuration/jobs.tsx";
import { configurationPage } from "./pages/configuration/page.tsx";
import { connectorPage, handActions, handPages } from "./pages/connectors/hand.tsx";
import { LETTER_ACTIONS, LETTER_PAGES, LETTER_UPLOADS } from "./pages/dead-letters/routes.ts";
import { deliveriesPage } from "./pages/deliveries/page.tsx";
import { compare, discardMissing, healing, releaseMissing } from "./pages/healing/page.tsx";
import { nowhere } from "./pages/nowhere.tsx";
import { overview } from "./pages/overview/page.tsx";
import { exportAction } from "./pages/person/export.tsx";
import { peopleAction, personByPath, personPage, retryAction } from "./pages/person/page.tsx";
import { PLAN_ACTIONS, PLAN_PAGES } from "./pages/plans/routes.ts";
import { QUARANTINE_ACTIONS, QUARANTINE_PAGES } from "./pages/quarantine/routes.ts";
import { preferences } from "./preferences.ts";
import type { ConsoleOptions } from "./visit.ts";

const PAGES: readonly Page[] = [
  overview,
  personPage,
  personByPath,
  deliveriesPage,
  connectorPage,
  ...handPages,
  healing,
  alarms,
  audit,
  ...LETTER_PAGES,
  ...PLAN_PAGES,
  ...QUARANTINE_PAGES,
];
const ACTIONS: readonly Action[] = [
  preferences,
  peopleAction,
  retryAction,
  exportAction,
  judgeAnswerAction,
  silenceAlarm,
  testAlarms,
  compare,
  releaseMissing,
  discardMissing,
  ...handActions,
  ...LETTER_ACTIONS,
  ...PLAN_ACTIONS,
  ...QUARANTINE_ACTIONS,
];

export function consoleRoutes(options: ConsoleOptions): readonly Route[] {
  const jobs = openJobs(options);
  const pages = [...PAGES, configurationPage(options.load, jobs)];
  const actions = [...ACTIONS, ...jobActions(options, jobs)];
  return [
    assetsRoute,
    ...pages.map((page) => pageRoute(page, options)),
    ...actions.map((action) => actionRoute(action, options)),
    ...LETTER_UPLOADS.map((upload) => uploadRoute(upload, options)),
    pageRoute(nowhere, options),
  ];
}
