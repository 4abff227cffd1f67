/** What the admin listener answers: a path, who may ask for it, and what then happens. */
import type { Identity, Role } from "./identity.ts";

export interface Route {
  /** `ALL`: any, where no other route has this path. */
  readonly method: "GET" | "POST" | "ALL";
  /** Below the base path: `/metrics`, `/people/:user`. */
  readonly path: string;
  /** The least role that it takes; `anyone`: not even that. */
  readonly least: Role | "anyone";
  /** Answered without a turn: it does no work. */
  readonly isIdle?: true;
  /** Takes a body of up to so many bytes as it comes; `body` is empty then. */
  readonly streams?: { readonly maxBytes: number };
  /** How it is said that a request is refused, by the gate or by nobody's path; as JSON of one line unless set. */
  readonly refusal?: RefusalAnswer;
  /** May throw `WrongToken`. */
  answer(asked: AdminRequest): Response | Promise<Response>;
}

/** A request that its sender may make. */
export interface AdminRequest {
  /** Absent where nobody is logged in, on a route for anyone. */
  readonly identity: Identity | undefined;
  readonly url: URL;
  /** Parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>;
  readonly headers: Headers;
  readonly isHttps: boolean;
  /** The path of another route, as the browser has it. Every link goes through it. */
  readonly link: Link;
  /** The whole body; empty of a GET. */
  readonly body: Uint8Array;
  /** The body as it comes, of a route that takes it so. Throws `BadRequest` where it is too large, or does not come to its end. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** @param words for whoever sent it */
export type RefusalAnswer = (status: number, words: string, headers?: Readonly<Record<string, string>>) => Response;

/** From a path below the base path to one that a browser can follow: `/` becomes `/bridge/`. */
export type Link = (path: string) => string;

/** @param basePath as the settings have it: `/`, `/bridge`, `/bridge/` */
export function linkBelow(basePath: string): Link {
  const base = basePath.replace(/\/$/, "");
  return (path) => base + path;
}

/** The parameter, and the field of the login's form, that holds the path which was asked for before logging in. */
export const BACK = "back";

/** Where one is sent back to: a path of ours, as a browser has it, or else the first page. */
export function backTo(wanted: string | null, link: Link): string {
  const home = link("/");
  // `//elsewhere` and `/\\elsewhere` are other hosts to a browser, as is what a tab or a line break is taken out of
  const isOurs = wanted?.startsWith(home) === true && /^\/(?![/\\])[!-~]*$/.test(wanted);
  return isOurs ? wanted : home;
}

/** The request cannot be answered as it is; its words are for whoever sent it. */
export class BadRequest extends Error {
  readonly status: 408 | 413;
  constructor(status: 408 | 413, words: string) {
    super(words);
    this.status = status;
  }
}

/** What was shown lets nobody in: counted, and slowed, as a wrong token is. Its words are for whoever sent it. */
export class WrongToken extends Error {}
