/** What a check says of a destination's fields, and a preview of the people whom it looked up, whatever the destination calls them. */
import { findingsOf, sentencesOf } from "./sentence-tables.ts";

export const fieldFound = findingsOf("field_check", {
  takes: {
    en: ['"{name}" ({type}) takes the value'],
    zh: ["“{name}”（{type}）可以接收这个值"],
  },
  template: {
    en: ['the template fails for an event "{kind}": {fault}', "{only}correct the template"],
    zh: ["模板在处理“{kind}”事件时出错：{fault}", "{only}请更正模板"],
  },
});

export const fieldWords = sentencesOf("field_check", {
  only_subscribed: {
    en: "it only matters if `events` lists subscribed; then: ",
    zh: "只有 `events` 中列出 subscribed 时才有影响；那么：",
  },
  did_you_mean: { en: '; did you mean "{name}"?', zh: "；您要找的是“{name}”吗？" },
  too_many: {
    en: "{found}, more than `match.max` ({max}): none is written",
    zh: "{found}，超过 `match.max`（{max}）：一个也不写入",
  },
});
