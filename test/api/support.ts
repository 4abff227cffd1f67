/** The API of a bridge that runs, as a program has it. */
import { type ConsoleWorld, OPERATOR, openConsole, VIEWER } from "../console/support.ts";
import { patiently } from "../support/patiently.ts";
import type { WorldOptions } from "../support/world.ts";

export { OPERATOR, VIEWER };

/** @param T what a test takes the answer for */
export interface Answered<T = Problem> {
  readonly status: number;
  readonly headers: Headers;
  readonly json: T;
  readonly text: string;
}

export interface Problem {
  readonly status: number;
  readonly detail: string;
}

export interface ApiWorld extends ConsoleWorld {
  /** `/connectors`, below `/api/v1`. @param as whose token; the operator's unless set */
  read<T = Problem>(path: string, as?: string): Promise<Answered<T>>;
  send<T = Problem>(path: string, body?: unknown, as?: string): Promise<Answered<T>>;
}

export async function openApiWorld(options: WorldOptions = {}): Promise<ApiWorld> {
  const world = await openConsole(options);
  const ask = async <T>(path: string, as: string, init: RequestInit = {}): Promise<Answered<T>> => {
    const headers = { authorization: `Bearer ${as}`, "content-type": "application/json" };
    const send = () => fetch(`${world.origin}/api/v1${path}`, { redirect: "manual", ...init, headers });
    const response = await patiently(send);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: jsonIn(text) as T };
  };
  return {
    ...world,
    read: (path, as = OPERATOR) => ask(path, as),
    send: (path, body = {}, as = OPERATOR) => ask(path, as, { method: "POST", body: JSON.stringify(body) }),
  };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
