/** A request as the callback that it is: what its URL said, and its body. */
import { commandInBody, eventKind } from "../callback.ts";
import type { Callback } from "../storage/contract/callbacks.ts";
import type { CallbackQuery } from "./admission/query.ts";

export const NO_BODY = new Uint8Array();
/** Characters. Chat's longest command has about fifty, its platforms and addresses fewer. */
const LONGEST_PARAMETER = 256;

/** A command that is named, and is not one of a subscriber's. */
export function isOther(command: string): boolean {
  return command !== "" && eventKind(command) === undefined;
}

/** When the URL names no command, the body's counts. */
export function receivedCallback(query: CallbackQuery, app: string, receivedAt: number, body: Uint8Array): Callback {
  const command = query.command === "" ? (commandInBody(body) ?? "") : query.command;
  return {
    app,
    command: shownParameter(command),
    platform: shownParameter(query.platform),
    clientIp: shownParameter(query.clientIp),
    receivedAt,
    body,
  };
}

/** Foreign text that every store can hold: short, without control characters or lone surrogates. */
export function shownParameter(text: string): string {
  return text.length <= LONGEST_PARAMETER && PLAIN.test(text)
    ? text
    : text
        .slice(0, LONGEST_PARAMETER)
        .replace(/\p{Cc}/gu, "")
        .toWellFormed();
}

const PLAIN = /^[\x20-\x7e]*$/;
