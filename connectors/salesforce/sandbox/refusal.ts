/** Refusals as Salesforce words them. */
import type { SandboxAnswer } from "../../kit/sandbox.ts";

/** Of a whole call. */
export function refusal(status: number, errorCode: string, message: string): SandboxAnswer {
  return { status, body: [{ message, errorCode }] };
}

/** Of one record in a collection, which is not named by its id. */
export interface RecordRefusal {
  readonly success: false;
  readonly errors: readonly {
    readonly statusCode: string;
    readonly message: string;
    readonly fields: readonly string[];
  }[];
}

export function recordRefusal(statusCode: string, message: string, fields: readonly string[] = []): RecordRefusal {
  return { success: false, errors: [{ statusCode, message, fields }] };
}
