/** What the program calls itself: what was typed, as far as anybody can know. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { programName, type TypedCall } from "../../src/cli/called.ts";

const BUN: TypedCall = { by: "bun", version: "1.4.5", cwd: "/srv/bridge", file: "/srv/bridge/src/main.ts", env: {} };
const ITSELF: TypedCall = { ...BUN, by: "itself", file: "/srv/bridge/unsub-bridge" };
const NPX = "npm/11.0.0 node/v24 linux x64";

describe("the name in commands that are printed", () => {
  const cases: readonly (readonly [name: string, call: TypedCall])[] = [
    ["bun run src/main.ts", BUN],
    ["bun run bridge", { ...BUN, env: { npm_lifecycle_event: "bridge", npm_config_user_agent: "bun/1.4.5" } }],
    ["bun run bridge", { ...BUN, env: { npm_lifecycle_event: "start", npm_config_user_agent: "bun/1.4.5" } }],
    ["npx bun@1.4.5 run bridge", { ...BUN, env: { npm_lifecycle_event: "bridge", npm_config_user_agent: NPX } }],
    ["npx bun@1.4.5 run src/main.ts", { ...BUN, env: { npm_lifecycle_event: "npx", npm_config_user_agent: NPX } }],
    ["bun run /srv/bridge/src/main.ts", { ...BUN, cwd: "/home/ops" }],
    ['bun run "/srv/my bridge/src/main.ts"', { ...BUN, cwd: "/home/ops", file: "/srv/my bridge/src/main.ts" }],
    ["deno task bridge", { ...BUN, by: "deno", env: { INIT_CWD: "/srv/bridge" } }],
    ["deno run -A src/main.ts", { ...BUN, by: "deno" }],
    ["./unsub-bridge", ITSELF],
    ["/srv/bridge/unsub-bridge", { ...ITSELF, cwd: "/home/ops" }],
    ["unsub-bridge", { ...ITSELF, env: { PATH: "/usr/bin:/srv/bridge" } }],
    ["unsub-bridge", { ...BUN, cwd: "/", env: { UNSUB_BRIDGE_PROGRAM: "unsub-bridge" } }],
  ];
  for (const [name, call] of cases) {
    it(`is ${name}, from ${call.cwd}`, () => assert.equal(programName(call), name));
  }
});
