/** How Chat says no: HTTP 200, and the fault in the body. */
import type { SandboxAnswer } from "../../../connectors/kit/exchange.ts";

export function refusal(code: number, info: string): SandboxAnswer {
  return { status: 200, body: { ActionStatus: "FAIL", ErrorCode: code, ErrorInfo: info } };
}

export function success(fields: Readonly<Record<string, unknown>>): SandboxAnswer {
  return { status: 200, body: { ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0, ...fields } };
}
