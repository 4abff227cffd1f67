/** From a page or an action to a route of the admin listener. */
import { seeOther } from "../admin/answers.ts";
import type { Asked, Route } from "../admin/route.ts";
import { errorWords } from "../basics/error-words.ts";
import { assetLinks } from "./assets.ts";
import { framed, type View } from "./frame.tsx";
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
      return answered(await show(visit).catch((error: unknown) => unasked(error, visit, options)), visit);
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
      const result = await act(visit, new URLSearchParams(new TextDecoder().decode(asked.body)));
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
      const result = await take(visit, asked.stream ?? nothing(), asked.headers.get("content-type") ?? "");
      return typeof result === "string" ? seeOther(visit.link(result)) : answered(result, visit);
    },
  };
}

async function answered(result: View | Response, visit: Visit): Promise<Response> {
  return result instanceof Response ? result : framed(result, visit, await assetLinks(visit.link));
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The gate lets nobody else through. */
function known(asked: Asked): Asked & { readonly identity: NonNullable<Asked["identity"]> } {
  const { identity } = asked;
  if (identity === undefined) throw new Error("a page without anybody who asks for it");
  return { ...asked, identity };
}

/** A store that does not answer is no fault of the page: what the operation says stands there, and it is asked again. */
function unasked(error: unknown, { language, path }: Visit, { onUnanswered }: ConsoleOptions): View {
  onUnanswered(path, error);
  const { notAsked, askedAgain } = FRAME[language];
  return { title: notAsked, status: 503, isLive: true, body: [errorWords(error), " ", askedAgain] };
}
