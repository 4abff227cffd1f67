/** What must hold between settings, and what deserves a warning. Pure. */
import type { Settings } from "../schema.ts";
import { judgeAdmin } from "./admin.ts";
import { judgeAlerts } from "./alerts.ts";
import { judgeApps } from "./apps.ts";
import { judgeReconcile } from "./reconcile.ts";
import type { RuleFault } from "./rule-fault.ts";
import { judgeDatabase, judgeFiles, judgeServer } from "./server.ts";

/** @param isGiven whether a setting stands in the file, rather than being as by default */
export function judgeSettings(settings: Settings, isGiven: (path: readonly string[]) => boolean): RuleFault[] {
  return [
    ...judgeApps(settings),
    ...judgeServer(settings),
    ...judgeFiles(settings),
    ...judgeDatabase(settings),
    ...judgeReconcile(settings),
    ...judgeAlerts(settings),
    ...judgeAdmin(settings, isGiven(["admin", "port"])),
  ];
}
