/** What a check is about, beside connectors, which have their names. */
import type { InBoth } from "./languages.ts";

export const PARTS: InBoth<ReadonlyMap<string, string>> = {
  en: new Map(),
  zh: new Map([
    ["alerts", "告警"],
    ["bridge", "网桥"],
    ["chat", "Chat"],
    ["clock", "时钟"],
    ["database", "数据库"],
    ["dead letters", "死信"],
    ["network", "网络"],
    ["queues", "队列"],
    ["reconcile", "补漏"],
    ["storage", "存储"],
  ]),
};
