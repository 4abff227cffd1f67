/** What is asked of the quarantine, and done with it. */
import type { Action, Page } from "../../page.ts";
import { editQuarantined } from "./edit.tsx";
import { quarantineEntry } from "./entry.tsx";
import { quarantine } from "./page.tsx";
import { replayQuarantined } from "./replay.tsx";

export const QUARANTINE_PAGES: readonly Page[] = [quarantine, quarantineEntry];
export const QUARANTINE_ACTIONS: readonly Action[] = [replayQuarantined, editQuarantined];
