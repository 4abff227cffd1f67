/** What intake is measured against: Elysia on the same runtime, returning the same constant JSON and doing nothing else. */
import { Elysia } from "elysia";
import { serve } from "../../src/listener/serve.ts";

const ANSWER = JSON.stringify({ ActionStatus: "OK", ErrorInfo: "", ErrorCode: 0 });
const INIT = { headers: { "content-type": "application/json" } };

const app = () => new Elysia().post("/callback", () => new Response(ANSWER, INIT));
const { url } = await serve(app, { host: "127.0.0.1", port: 0 });
console.log(JSON.stringify({ fact: "bridge.ready", url, path: "/callback" }));
