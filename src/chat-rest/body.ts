/** Is a text an answer of Chat's, and what does it say of itself: `ActionStatus`, `ErrorCode`, `ErrorInfo`. Pure. */
import { isRecord, parseJson } from "../connector-tools.ts";

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
  if (!isRecord(fields))
    return { tag: "odd", words: text === "" ? "an empty answer" : "an answer that is no JSON object" };
  const { ActionStatus: status, ErrorCode: code, ErrorInfo: info } = fields;
  if (typeof code !== "number" || !Number.isSafeInteger(code)) {
    return { tag: "odd", words: "an answer without an ErrorCode" };
  }
  const isOk = status === "OK";
  if (!isOk && status !== "FAIL") return { tag: "odd", words: "an answer whose ActionStatus is neither OK nor FAIL" };
  if (isOk && code === 0) return { tag: "ok", fields };
  if (isOk) return { tag: "odd", words: `an answer that says OK, and the ErrorCode ${code}` };
  if (code === 0) return { tag: "odd", words: "an answer that says FAIL, and the ErrorCode 0" };
  return { tag: "code", code, info: typeof info === "string" ? info : "" };
}
