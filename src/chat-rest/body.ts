/** Is a text an answer of Chat's, and what does it say of itself: `ActionStatus`, `ErrorCode`, `ErrorInfo`. Pure. */
import { isRecord, parseJson } from "../connector-tools.ts";
import { says } from "./words.ts";

/** Fields by the names that Chat gives them. */
export type Fields = Readonly<Record<string, unknown>>;

export type Body =
  | { readonly tag: "ok"; readonly fields: Fields }
  | { readonly tag: "code"; readonly code: number; readonly info: string }
  /** Nothing that Chat is known to answer: says what is odd. */
  | { readonly tag: "odd"; readonly words: string };

/** `OK` and 0 go together: where only one of them is said, nobody knows which is meant. */
export function bodyOf(text: string): Body {
  const fields = parseJson(text);
  if (!isRecord(fields)) return { tag: "odd", words: says(text === "" ? "empty_answer" : "no_object").words };
  const { ActionStatus: status, ErrorCode: code, ErrorInfo: info } = fields;
  if (typeof code !== "number" || !Number.isSafeInteger(code)) {
    return { tag: "odd", words: says("without_code").words };
  }
  const isOk = status === "OK";
  if (!isOk && status !== "FAIL") return { tag: "odd", words: says("other_status").words };
  if (isOk && code === 0) return { tag: "ok", fields };
  if (isOk) return { tag: "odd", words: says("ok_with_code", { code }).words };
  if (code === 0) return { tag: "odd", words: says("fail_without_code").words };
  return { tag: "code", code, info: typeof info === "string" ? info : "" };
}
