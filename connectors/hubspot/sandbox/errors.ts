/** Refusals as HubSpot words them. */
import type { SandboxAnswer } from "../../kit/sandbox.ts";

const CORRELATION_ID = "00000000-0000-4000-8000-000000000000";

export function refusal(status: number, category: string, message: string, more: object = {}): SandboxAnswer {
  return { status, body: { status: "error", message, correlationId: CORRELATION_ID, category, ...more } };
}

export function invalid(message: string): SandboxAnswer {
  return refusal(400, "VALIDATION_ERROR", message);
}

/** What is wrong with a property's value. */
export interface InvalidValue {
  readonly name: string;
  readonly error: string;
  readonly message: string;
}

export function invalidValues(values: readonly InvalidValue[]): SandboxAnswer {
  const list = values.map((each) => ({ isValid: false, ...each, localizedErrorMessage: each.message }));
  return invalid(`Property values were not valid: ${JSON.stringify(list)}`);
}

/** An error about some inputs of a batch, as it stands in a 207. */
export interface BatchError {
  readonly status: "error";
  readonly category: string;
  readonly message: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
}

export function batchError(
  category: string,
  message: string,
  context: Readonly<Record<string, readonly string[]>>,
): BatchError {
  return { status: "error", category, message, context };
}

/** 207 when there are errors, else `status`. */
export function batchAnswer(
  status: 200 | 201,
  results: readonly unknown[],
  errors: readonly BatchError[],
): SandboxAnswer {
  const at = "2026-01-01T00:00:00.000Z";
  const body = { status: "COMPLETE", results, startedAt: at, completedAt: at };
  if (errors.length === 0) return { status, body };
  return { status: 207, body: { ...body, numErrors: errors.length, errors } };
}
