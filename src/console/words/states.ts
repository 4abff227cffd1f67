/** How connectors and deliveries stand, in a word. */
import { inBoth } from "./languages.ts";

export const STATES = inBoth(
  {
    ready: "ready",
    "backing off": "backing off",
    "not served": "not served",
    paused: "paused",
    "switched off": "switched off",
    "not configured": "not configured",
    waiting: "waiting",
    delivered: "delivered",
    accepted: "accepted",
    dead: "dead letter",
    superseded: "superseded",
    skipped: "skipped",
    discarded: "discarded",
  },
  {
    ready: "正常",
    "backing off": "稍后重试",
    "not served": "未在运行",
    paused: "已暂停",
    "switched off": "已停用",
    "not configured": "未配置",
    waiting: "等待中",
    delivered: "已送达",
    accepted: "已接收",
    dead: "死信",
    superseded: "已被取代",
    skipped: "已跳过",
    discarded: "已丢弃",
  },
);
