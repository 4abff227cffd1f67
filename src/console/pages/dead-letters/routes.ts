/** What is asked of dead letters, and done with them. */
import type { Action, Page, Upload } from "../../page.ts";
import { planAll, planChosen } from "./actions.ts";
import { checkDestination } from "./checking.tsx";
import { downloadLetters } from "./download.ts";
import { lettersOfOneKind } from "./letters.tsx";
import { deadLetters } from "./page.tsx";
import { letterRequest } from "./request.tsx";
import { uploadLetters } from "./upload.tsx";

export const LETTER_PAGES: readonly Page[] = [deadLetters, lettersOfOneKind, letterRequest, downloadLetters];
export const LETTER_ACTIONS: readonly Action[] = [checkDestination, planAll, planChosen];
export const LETTER_UPLOADS: readonly Upload[] = [uploadLetters];
