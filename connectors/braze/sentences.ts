/** Why something happened, as the connector of Braze says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("braze", {
  key: {
    en: "Braze refuses the API key, or the workspace lives on another instance than `endpoint` names",
    zh: "Braze 拒绝了 API 密钥，或者工作区不在 `endpoint` 所指的实例上",
  },
  permission: {
    en: "the API key lacks a permission: it needs users.track, and users.export.ids for `unknown_users: check`",
    zh: "API 密钥缺少权限：需要 users.track；使用 `unknown_users: check` 时还需要 users.export.ids",
  },
  not_there: {
    en: "Braze knows nothing there; look at `endpoint`",
    zh: "Braze 在这个地址没有任何内容；请检查 `endpoint`",
  },
  refuses: {
    en: "Braze refuses what was sent",
    zh: "Braze 拒绝了发送的内容",
  },
  trouble: {
    en: "Braze is overloaded or in trouble",
    zh: "Braze 过载或出现故障",
  },
  undocumented: {
    en: "an answer that Braze does not document",
    zh: "Braze 的文档中没有说明的应答",
  },
  foreign: {
    en: "HTTP {status}, but not an answer of Braze",
    zh: "HTTP {status}，但不是 Braze 的应答",
  },
  not_success: {
    en: "HTTP {status} with an answer that does not say that anything was taken",
    zh: "HTTP {status}，但应答没有说明接收了任何内容",
  },
  fewer: {
    en: "Braze counts {count} of the {sent} profiles that were sent",
    zh: "发送了 {sent} 个用户资料，Braze 只计入 {count} 个",
  },
  fewer_unchecked: {
    en: "Braze counts {count} of the {sent} profiles that were sent: it may not know the others; `unknown_users: check` finds out who they are",
    zh: "发送了 {sent} 个用户资料，Braze 只计入 {count} 个：其余的人在 Braze 中可能不存在；设置 `unknown_users: check` 可以查出是谁",
  },
  refuses_profile: {
    en: "Braze refuses what was written of this person",
    zh: "Braze 拒绝了要写入此人资料的内容",
  },
  not_now: {
    en: "Braze could not take what was written of this person",
    zh: "Braze 暂时未能接收要写入此人资料的内容",
  },
  unknown: {
    en: 'Braze has no profile with the external ID "{id}"',
    zh: "Braze 中没有外部 ID（external ID）为“{id}”的用户资料",
  },
  not_mentioned: {
    en: "Braze's answer to the look-up does not mention this person",
    zh: "Braze 的查找结果没有提到这个人",
  },
  no_users: {
    en: "a look-up without users is not an answer of Braze",
    zh: "没有用户列表的查找结果，不是 Braze 的应答",
  },
  id_empty: {
    en: "the external ID came out empty: look at `external_id`",
    zh: "外部 ID 为空：请检查 `external_id`",
  },
  id_long: {
    en: "the external ID has {bytes} bytes: Braze takes {most} at most",
    zh: "外部 ID 有 {bytes} 字节，而 Braze 最多接受 {most} 字节",
  },
  large: {
    en: "the attributes would be {size} KB: Braze takes 100 KB a person at most",
    zh: "属性大小为 {size} KB，而 Braze 每人最多接受 100 KB",
  },
  asks_who: {
    en: "asks who is known; nothing of a profile comes back",
    zh: "查询其中哪些人存在；不会返回用户资料的任何内容",
  },
  of_known: { en: "of those alone whom Braze knows", zh: "只包含 Braze 中已有的人" },
});
