/** What Braze's answers mean. Pure. */
import {
  accepted,
  type HttpAnswer,
  type Outcome,
  type Reason,
  rejected,
  retry,
  sentence,
} from "../../src/connector.ts";
import {
  asRecord,
  type Ending,
  isRecord,
  isSuccess,
  type LookedUp,
  listIn,
  parseJson,
  passingAlone,
  reasonByField,
  reasonFor,
  type Sent,
  type StatusWords,
  type Stopped,
  soundsPassing,
  troubleOf,
  unavailable,
} from "../../src/connector-tools.ts";
import type { Profile } from "./compose.ts";
import { said } from "./sentences.ts";
import type { BrazeSettings } from "./settings.ts";

/**
 * A 2xx proves nothing: it says `success`, how many objects were queued, and which of them were bad, by their place. One that
 * names nobody is about one of them: halves find out which.
 */
export function readTrack(
  answer: HttpAnswer,
  profiles: readonly Profile[],
  { unknown_users }: BrazeSettings,
): Sent<Profile> {
  const body = parseJson(answer.text);
  const { status } = answer;
  const isOk = isSuccess(status);
  if (!isRecord(body) || !(isOk || status === 400)) return { outcomes: new Map(), stopped: troubleIn(answer, body) };
  const { refused, unplaced } = errorsIn(body, profiles, answer);
  const left = profiles.filter((profile) => !refused.has(profile));
  if (left.length === 0) return { outcomes: refused };
  if (status === 400 || unplaced !== "") {
    const words = unplaced === "" ? answer.text : unplaced;
    const alone = passingAlone(profiles, words);
    if (alone !== undefined) return { outcomes: new Map([[alone, outcomeOfOne(answer, words)]]) };
    // nothing of a 400 was taken; where a place is not said, whoever is left has to be tried by himself
    return { outcomes: refused, stopped: { tag: "batchRejected", reason: reasonOf(answer, body) } };
  }
  const outcome = outcomeOfRest(answer, body, { sent: profiles.length, refused: refused.size, unknown_users });
  return { outcomes: new Map([...refused, ...left.map((profile) => [profile, outcome] as const)]) };
}

interface Counts {
  readonly sent: number;
  readonly refused: number;
  readonly unknown_users: BrazeSettings["unknown_users"];
}

function outcomeOfRest(answer: HttpAnswer, body: Record<string, unknown>, counts: Counts): Outcome {
  const { status } = answer;
  // errors that are no list are about nobody knows whom
  if (body.message !== "success" || listIn(body.errors) === undefined) {
    return retry({ ...reasonFor(answer), ...said("not_success", { status }) }, answer.retryAfterMs);
  }
  const { sent, refused, unknown_users } = counts;
  const count = typeof body.attributes_processed === "number" ? body.attributes_processed : 0;
  if (count + refused >= sent) return accepted(`queued by Braze (${status})`);
  return retry(said(unknown_users === "ignore" ? "fewer_unchecked" : "fewer", { count, sent }), answer.retryAfterMs);
}

/** `{ type, input_array, index }`; older ones are texts, which say nothing of whom they are about. */
function errorsIn(body: Record<string, unknown>, profiles: readonly Profile[], answer: HttpAnswer) {
  const refused = new Map<Profile, Outcome>();
  const unplaced: string[] = [];
  for (const error of listIn(body.errors) ?? []) {
    const { type, input_array, index } = asRecord(error);
    const isPlaced = typeof index === "number" && (input_array === undefined || input_array === "attributes");
    const profile = isPlaced ? profiles[index] : undefined;
    const message = [type, error].find((each) => typeof each === "string") ?? JSON.stringify(error);
    if (profile === undefined) unplaced.push(message);
    else refused.set(profile, outcomeOfOne(answer, message));
  }
  return { refused, unplaced: unplaced.join("; ") };
}

function outcomeOfOne({ status, retryAfterMs }: HttpAnswer, message: string): Outcome {
  if (!soundsPassing(message)) return rejected(reasonFor({ status, text: message }, said("refuses_profile")));
  return retry(reasonFor({ status, text: message }, said("not_now")), retryAfterMs);
}

export function readLookUp(answer: HttpAnswer): LookedUp | Stopped {
  const body = parseJson(answer.text);
  const { status } = answer;
  if (!isSuccess(status) || !isRecord(body)) return { tag: "stopped", result: troubleIn(answer, body) };
  if (!Array.isArray(body.users) || body.message !== "success") {
    return { tag: "stopped", result: unavailable({ ...reasonFor(answer), ...said("no_users") }, answer.retryAfterMs) };
  }
  const known = new Set(body.users.map((user) => asRecord(user).external_id));
  const unknown = new Set(Array.isArray(body.invalid_user_ids) ? body.invalid_user_ids : []);
  // whom it has in both lists it says nothing about
  const isKnown = (id: string) => (known.has(id) === unknown.has(id) ? undefined : known.has(id));
  return { tag: "lookedUp", isKnown };
}

/** What is about Braze, or about whoever answers in its place. */
function troubleIn(answer: HttpAnswer, body: unknown): Ending {
  const { status, retryAfterMs } = answer;
  if (isSuccess(status)) {
    return unavailable({ ...reasonFor(answer), ...said("foreign", { status }) }, retryAfterMs);
  }
  const reason = reasonOf(answer, body);
  const isOwn = isRecord(body);
  if (isOwn && (status === 400 || status === 413)) return { tag: "batchRejected", reason };
  return troubleOf(answer, reason) ?? unavailable(reason, retryAfterMs);
}

export function reasonOf(answer: Pick<HttpAnswer, "status" | "text">, body: unknown): Reason {
  return reasonByField(answer, body, { field: "message", words: WORDS });
}

const WORDS: StatusWords = {
  setting: "endpoint",
  trouble: said("trouble"),
  otherwise: said("undocumented"),
  byStatus: {
    400: said("refuses"),
    401: said("key"),
    403: said("permission"),
    404: said("not_there"),
    413: said("refuses"),
    429: sentence("too_many_requests"),
  },
};
