/** What is asked of dead letters, and done with them. */
import type { Action, Page } from "../../page.ts";
import { planAll, planChosen } from "./actions.ts";
import { checkDestination } from "./checking.tsx";
import { lettersOfOneKind } from "./letters.tsx";
import { deadLetters } from "./page.tsx";
import { letterRequest } from "./request.tsx";

export const LETTER_PAGES: readonly Page[] = [deadLetters, lettersOfOneKind, letterRequest];
export const LETTER_ACTIONS: readonly Action[] = [checkDestination, planAll, planChosen];
