/** Why something happened, as the connector of Mixpanel says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("mixpanel", {
  account: {
    en: "Mixpanel refuses the service account for this project, or the project lives in another region (`region`)",
    zh: "Mixpanel 拒绝该服务账号访问这个项目，或项目在其他区域（`region`）",
  },
  forbidden: {
    en: "Mixpanel does not permit this",
    zh: "Mixpanel 不允许这样做",
  },
  malformed: {
    en: "Mixpanel refuses the request as malformed",
    zh: "Mixpanel 认为请求格式不正确，予以拒绝",
  },
  too_large: {
    en: "Mixpanel refuses the request as too large",
    zh: "Mixpanel 认为请求太大，予以拒绝",
  },
  not_there: {
    en: "Mixpanel knows nothing there; look at `base_url`",
    zh: "Mixpanel 在这个地址没有任何内容；请检查 `base_url`",
  },
  trouble: {
    en: "Mixpanel is overloaded or in trouble",
    zh: "Mixpanel 过载或出现故障",
  },
  undocumented: {
    en: "an answer that Mixpanel does not document",
    zh: "Mixpanel 的文档中没有说明的应答",
  },
  foreign: {
    en: "HTTP {status}, but not an answer of Mixpanel",
    zh: "HTTP {status}，但不是 Mixpanel 的应答",
  },
  no_count: {
    en: "HTTP {status}, and Mixpanel did not say how many events it imported",
    zh: "HTTP {status}，而 Mixpanel 没有说明导入了多少个事件",
  },
  fewer: {
    en: "Mixpanel imported {count} of {sent} events, and did not say which",
    zh: "Mixpanel 只导入了 {sent} 个事件中的 {count} 个，且没有说明是哪些",
  },
  refuses: {
    en: "Mixpanel refuses the event",
    zh: "Mixpanel 拒绝了这个事件",
  },
  refuses_field: {
    en: "Mixpanel refuses the event for {field}",
    zh: "Mixpanel 因 {field} 拒绝了这个事件",
  },
  event_empty: {
    en: "the event name came out empty: look at `event`",
    zh: "事件名为空：请检查 `event`",
  },
  person_empty: {
    en: "the distinct_id came out empty: look at `distinct_id`",
    zh: "distinct_id 为空：请检查 `distinct_id`",
  },
  person_odd: {
    en: 'Mixpanel takes no "{id}" as a distinct_id: put something before it in `distinct_id`, as in chat-{id}',
    zh: "Mixpanel 不接受“{id}”作为 distinct_id：请在 `distinct_id` 中加上前缀，例如 chat-{id}",
  },
  person_long: {
    en: "the distinct_id has {length} characters: Mixpanel cuts texts at 255, and would take two people for one",
    zh: "distinct_id 有 {length} 个字符：Mixpanel 会截断到 255 个，可能把两个人当成一个人",
  },
  event_large: {
    en: "the event would be {size} KB: Mixpanel takes 1 MB at most",
    zh: "事件大小为 {size} KB，而 Mixpanel 最多接收 1 MB",
  },
  many_properties: {
    en: "the event would have {count} properties: Mixpanel takes 254 at most",
    zh: "事件有 {count} 个属性，而 Mixpanel 最多接收 254 个",
  },
});
