/** From a page or an action to a route of the admin listener. */
import { type ComponentChildren, h } from "preact";
import { problemAnswer, seeOther } from "../admin/answers.ts";
import { type AdminRequest, BadRequest, type Route } from "../admin/route.ts";
import { errorWords } from "../basics/error-words.ts";
import { isFaultOfOurs } from "../operations/fault-of-ours.ts";
import { Refused } from "../operations/refused.ts";
import { assetLinks } from "./assets.ts";
import { framed, type View } from "./frame.tsx";
import { saidIn } from "./parts/reason.tsx";
import { PageRefusal } from "./refusal.ts";
import { type ConsoleOptions, type Visit, visitOf } from "./visit.ts";
import { FRAME } from "./words/frame.ts";

/** What a GET shows. It changes nothing. */
export interface Page {
  /** Below the base path: `/people/:user`. */
  readonly path: string;
  /** `viewer` unless set. */
  readonly least?: "viewer" | "operator";
  /** A `Response` where it is no page: an export, a redirect. */
  show(visit: Visit): Promise<View | Response>;
}

/** What a POST of a form does. */
export interface Action {
  readonly path: string;
  /** `operator` unless set. */
  readonly least?: "viewer" | "operator";
  /** Returns where one is sent then (a path below the base path, with its query), or a page that says what is missing. */
  act(visit: Visit, form: URLSearchParams): Promise<string | View | Response>;
}

/** What a POST of a form with a file does: the body is read as it comes. */
export interface Upload {
  readonly path: string;
  readonly maxBytes: number;
  /** Operators alone. Returns what an action returns. */
  take(visit: Visit, body: AsyncIterable<Uint8Array>, type: string): Promise<string | View | Response>;
}

export function pageRoute({ path, least = "viewer", show }: Page, options: ConsoleOptions): Route {
  return {
    method: "GET",
    path,
    least,
    answer: async (asked) => {
      const visit = visitOf(known(asked), options);
      return answered(await show(visit).catch((error: unknown) => unshown(error, visit, options)), visit);
    },
  };
}

export function actionRoute({ path, least = "operator", act }: Action, options: ConsoleOptions): Route {
  return {
    method: "POST",
    path,
    least,
    answer: async (asked) => {
      const visit = visitOf(known(asked), options);
      const form = new URLSearchParams(new TextDecoder().decode(asked.body));
      const result = await act(visit, form).catch((error: unknown) => undone(error, visit, options));
      return typeof result === "string" ? seeOther(visit.link(result)) : answered(result, visit);
    },
  };
}

export function uploadRoute({ path, maxBytes, take }: Upload, options: ConsoleOptions): Route {
  return {
    method: "POST",
    path,
    least: "operator",
    streams: { maxBytes },
    answer: async (asked) => {
      const visit = visitOf(known(asked), options);
      const type = asked.headers.get("content-type") ?? "";
      const taking = take(visit, asked.stream ?? nothing(), type);
      const result = await taking.catch((error: unknown) => undone(error, visit, options));
      return typeof result === "string" ? seeOther(visit.link(result)) : answered(result, visit);
    },
  };
}

async function answered(result: View | Response, visit: Visit): Promise<Response> {
  return result instanceof Response ? result : framed(result, visit, await assetLinks(visit.link));
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The gate lets nobody else through. */
function known(asked: AdminRequest): AdminRequest & { readonly identity: NonNullable<AdminRequest["identity"]> } {
  const { identity } = asked;
  if (identity === undefined) throw new Error("a page without anybody who asks for it");
  return { ...asked, identity };
}

type Options = Pick<ConsoleOptions, "onUnanswered">;

/** A page that cannot be shown. A store that does not answer is no fault of it: it is asked again. */
function unshown(error: unknown, visit: Visit, options: Options): View {
  const { notAsked, askedAgain } = FRAME[visit.language];
  const refusal = refusalOf(error, visit);
  if (refusal !== undefined) return refusal;
  unanswered(error, visit, options);
  return { title: notAsked, status: 503, retryAfter: RETRY_S, isLive: true, body: [askedAgain, systemSays(error)] };
}

/** Something that was to be done, and is not, or not for certain. Programs are told as by the API. */
function undone(error: unknown, visit: Visit, options: Options): View | Response {
  const { notAsked, notDone } = FRAME[visit.language];
  const refusal = refusalOf(error, visit);
  if (refusal !== undefined) return refusal;
  unanswered(error, visit, options);
  if (!visit.isBrowser) {
    const detail = `the store cannot be asked just now: ${errorWords(error)}`;
    return problemAnswer(503, { detail }, { "retry-after": `${RETRY_S}` });
  }
  return { title: notAsked, status: 503, retryAfter: RETRY_S, body: [notDone, systemSays(error)] };
}

const RETRY_S = 5;

/** Nothing was done, and it will not be by asking again; undefined where that is not so. */
function refusalOf(error: unknown, { language }: Visit): View | undefined {
  const { notSo } = FRAME[language];
  if (error instanceof PageRefusal) return { title: notSo, status: 422, body: error.words[language] };
  if (!(error instanceof Refused) || error.why !== "unknown") return undefined;
  return { title: notSo, status: 404, body: saidIn(error.said, language) };
}

/** Throws what is a fault of ours, and what the listener itself answers. */
function unanswered(error: unknown, { path }: Visit, { onUnanswered }: Options): void {
  if (error instanceof BadRequest || isFaultOfOurs(error)) throw error;
  onUnanswered(path, error);
}

/** What the store's system says is foreign: it stands by itself, as it came. */
function systemSays(error: unknown): ComponentChildren {
  return h("pre", { lang: "en" }, errorWords(error));
}
