/** Stand-ins for the APIs of the worked examples: as strict as their documentation, as far as the examples go. */
import { asRecord, parseJson } from "../../src/connector-tools.ts";
import { type Sandbox, type SandboxAnswer, type SandboxRequest, startSandbox } from "../kit/sandbox.ts";

export interface ExampleApi extends Sandbox {
  /** Of whom it was told, each once. */
  readonly told: ReadonlySet<string>;
}

/** Takes a request, or says why not; `user` is whom it is about once it is taken. */
type Judge = (request: SandboxRequest, body: Readonly<Record<string, unknown>>) => Judged;
type Judged = { readonly answer: SandboxAnswer; readonly user?: unknown };

const at = (value: unknown, ...names: readonly string[]): unknown =>
  names.reduce((found, name) => asRecord(found)[name], value);

const isStranger = (user: unknown): boolean => String(user).startsWith("nobody");

const klaviyo: Judge = ({ method, path, headers }, body) => {
  if (headers.authorization !== "Klaviyo-API-Key sample-KLAVIYO_KEY") return { answer: { status: 401, body: {} } };
  const attributes = at(body, "data", "attributes");
  const user = at(attributes, "profile", "data", "attributes", "external_id");
  const isRight =
    method === "POST" &&
    path === "/api/events" &&
    headers.revision !== undefined &&
    at(body, "data", "type") === "event" &&
    typeof at(attributes, "metric", "data", "attributes", "name") === "string" &&
    at(attributes, "unique_id") !== undefined;
  if (isRight && typeof user === "string") return { answer: { status: 202 }, user };
  return { answer: { status: 400, body: { errors: [{ code: "invalid", detail: "Invalid input." }] } } };
};

const intercom: Judge = ({ path, headers }, body) => {
  const errors = (code: string) => ({ type: "error.list", errors: [{ code, message: code }] });
  if (headers.authorization !== "Bearer sample-INTERCOM_TOKEN") {
    return { answer: { status: 401, body: errors("unauthorized") } };
  }
  if (path === "/me") return { answer: { status: 200, body: { type: "admin" } } };
  const isRight = path === "/events" && Number.isInteger(body.created_at) && typeof body.event_name === "string";
  if (!isRight) return { answer: { status: 400, body: errors("parameter_invalid") } };
  if (isStranger(body.user_id)) return { answer: { status: 404, body: errors("not_found") } };
  return { answer: { status: 202 }, user: body.user_id };
};

const iterable: Judge = ({ path, headers }, body) => {
  if (headers["api-key"] !== "sample-ITERABLE_KEY") return { answer: { status: 401, body: { code: "BadApiKey" } } };
  const isRight = path === "/api/events/track" && Number.isInteger(body.createdAt) && typeof body.userId === "string";
  if (!isRight) return { answer: { status: 400, body: { code: "BadParams", msg: "createdAt must be an integer" } } };
  return { answer: { status: 200, body: { code: "Success", msg: "", params: null } }, user: body.userId };
};

/** Takes updates alone, and of nothing but fields: what makes somebody, or renames them, is none of the example's. */
const zendesk: Judge = ({ method, path, headers }, body) => {
  const expected = `Basic ${Buffer.from("sample-ZENDESK_EMAIL/token:sample-ZENDESK_TOKEN").toString("base64")}`;
  if (headers.authorization !== expected)
    return { answer: { status: 401, body: { error: "Couldn't authenticate you" } } };
  if (path === "/api/v2/users/me") return { answer: { status: 200, body: { user: { role: "admin" } } } };
  const [first, ...others] = Array.isArray(body.users) ? body.users.map(asRecord) : [];
  if (first === undefined) {
    const message = "You passed an invalid value for the users attribute.";
    return { answer: { status: 400, body: { error: { title: "Invalid attribute", message } } } };
  }
  const { external_id: user, user_fields: fields, ...overwritten } = first;
  const isNarrow = others.length === 0 && Object.keys(overwritten).length === 0;
  const isRight = method === "PUT" && path === "/api/v2/users/update_many" && fields !== undefined && isNarrow;
  if (!isRight || typeof user !== "string") {
    return { answer: { status: 422, body: { error: "RecordInvalid", description: "Record validation errors" } } };
  }
  const job_status = { id: "8b726e606741012ffc2d782bcb7848fe", status: "queued", total: null, results: null };
  return { answer: { status: 200, body: { job_status } }, user };
};

export const EXAMPLE_APIS: Readonly<Record<string, Judge>> = { klaviyo, intercom, iterable, zendesk };

export async function startExampleApi(judge: Judge): Promise<ExampleApi> {
  const told = new Set<string>();
  const sandbox = await startSandbox((request) => {
    const { answer, user } = judge(request, asRecord(parseJson(request.body)));
    if (typeof user === "string") told.add(user);
    return answer;
  });
  return Object.assign(sandbox, { told });
}
