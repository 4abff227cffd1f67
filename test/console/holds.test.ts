import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { holdIn } from "../../src/console/parts/holds.ts";
import type { Hold } from "../../src/operations/deliveries/hold.ts";

const NOW = Date.UTC(2026, 10, 26, 12);
const SECOND = 1_000;

const TABLE: readonly (readonly [name: string, hold: Hold, chinese: string])[] = [
  [
    "a pause and its next attempt",
    { by: "paused", cause: "credentials", until: NOW + 178 * SECOND },
    "暂不发送：连接器已暂停，因为目标系统拒绝了凭据，需要人工修正；将在 2 分钟 58 秒后再次尝试",
  ],
  [
    "a pause that a person ends",
    { by: "paused", cause: "person", until: null },
    "暂不发送：连接器已暂停，因为有人把它暂停了；直到有人恢复它",
  ],
  [
    "what the destination said as it told us to wait",
    {
      ...{ by: "told_to_wait", why: "HTTP 503", until: NOW + 8 * SECOND },
      reason: { words: "HTTP 503", status: 503, code: "http", values: { status: 503 } },
    },
    "暂不发送：目标系统要求稍后再发（HTTP 503），将在 8 秒后再次尝试",
  ],
  [
    "an attempt that is the delivery's own",
    { by: "backing_off", isOwn: true, until: NOW + 8 * SECOND },
    "暂不发送：目标系统出现故障，最早在 8 秒后再次尝试",
  ],
];

describe("what holds a delivery says in Chinese", () => {
  for (const [name, hold, chinese] of TABLE) it(name, () => assert.equal(holdIn(hold, NOW, "zh"), chinese));
});
