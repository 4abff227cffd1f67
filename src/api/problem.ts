/** What goes wrong, as programs are told it: RFC 9457, `application/problem+json`. */
import { Type } from "@sinclair/typebox";
import { problemAnswer } from "../admin/answers.ts";

/** The `type` of a path, or of a method of it, that there is not: of a release that does not know it yet, or of a slip. */
export const NO_SUCH_PATH = "urn:unsub-bridge:no-such-path";

export const PROBLEM = Type.Object(
  {
    type: Type.String({
      description: `\`about:blank\`: the status says what kind it is. \`${NO_SUCH_PATH}\`: this bridge knows no such path.`,
    }),
    title: Type.String({ description: "The status in words." }),
    status: Type.Integer(),
    detail: Type.String({ description: "What is wrong, and what to do: for people." }),
    errors: Type.Optional(
      Type.Array(Type.Object({ place: Type.String(), detail: Type.String() }), {
        description: "Each fault of the request, with its place in it.",
      }),
    ),
  },
  { $id: "Problem", description: "RFC 9457." },
);

export interface ProblemMember {
  /** `query limit`, `body ids[3]` */
  readonly place: string;
  readonly detail: string;
}

export type Headers = Readonly<Record<string, string>>;

export function problem(
  status: number,
  detail: string,
  headers: Headers = {},
  errors: readonly ProblemMember[] = [],
  type = "about:blank",
): Response {
  return problemAnswer(status, { type, detail, ...(errors.length > 0 && { errors }) }, headers);
}

/** Ends a call with a problem. */
export class ProblemError extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly errors: readonly ProblemMember[];
  constructor(status: number, detail: string, more: { headers?: Headers; errors?: readonly ProblemMember[] } = {}) {
    super(detail);
    this.status = status;
    this.headers = more.headers ?? {};
    this.errors = more.errors ?? [];
  }
}

/** `after` is none that a page has given. */
export function noPlace(): ProblemError {
  const fault = { place: AFTER, detail: "this is no place; take `next` of the page before" };
  return new ProblemError(422, `${fault.place}: ${fault.detail}`, { errors: [fault] });
}

/** Where a list is told to go on. */
export const AFTER = "query after";
