/** Why something happened, as the connector of Customer.io says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("customerio", {
  key: {
    en: "Customer.io refuses `site_id` and `api_key`, or the account is not in region {region}",
    zh: "Customer.io 拒绝了 `site_id` 和 `api_key`，或者账号不在 {region} 区域",
  },
  app_key: {
    en: "Customer.io refuses `app_api_key`, or the account is not in region {region}",
    zh: "Customer.io 拒绝了 `app_api_key`，或者账号不在 {region} 区域",
  },
  not_there: {
    en: "Customer.io knows nothing there; look at `base_url`",
    zh: "Customer.io 在这个地址没有任何内容；请检查 `base_url`",
  },
  refuses: {
    en: "Customer.io refuses what was sent",
    zh: "Customer.io 拒绝了发送的内容",
  },
  trouble: {
    en: "Customer.io is overloaded or in trouble",
    zh: "Customer.io 过载或出现故障",
  },
  undocumented: {
    en: "an answer that Customer.io does not document",
    zh: "Customer.io 的文档中没有说明的应答",
  },
  foreign: {
    en: "HTTP {status}, but not an answer of Customer.io",
    zh: "HTTP {status}，但不是 Customer.io 的应答",
  },
  refuses_person: {
    en: "Customer.io refuses what was written of this person",
    zh: "Customer.io 拒绝了要写入此人资料的内容",
  },
  not_now: {
    en: "Customer.io could not take what was written of this person",
    zh: "Customer.io 暂时未能接收要写入此人资料的内容",
  },
  unknown: {
    en: 'Customer.io has no person with the id "{id}"',
    zh: "Customer.io 中没有 id 为“{id}”的用户",
  },
  not_mentioned: {
    en: "Customer.io's answers to the look-up do not say whether it knows this person",
    zh: "Customer.io 的查找结果没有说明是否有这个人",
  },
  no_customers: {
    en: "a look-up without customers is not an answer of Customer.io",
    zh: "没有用户列表的查找结果，不是 Customer.io 的应答",
  },
  nothing_to_write: {
    en: "coming back in Chat is not written: `topics` and `attributes` are empty",
    zh: "在 Chat 中重新订阅不会写入：`topics` 和 `attributes` 都为空",
  },
  id_empty: {
    en: "the id came out empty: look at `id`",
    zh: "id 为空：请检查 `id`",
  },
  large: {
    en: "what is written of this person would be {size} KB: Customer.io takes 32 KB at most",
    zh: "要写入此人资料的内容有 {size} KB，而 Customer.io 最多接受 32 KB",
  },
  asks_who: { en: "asks who is known", zh: "查询其中哪些人存在" },
  of_known: { en: "of those alone whom Customer.io knows", zh: "只包含 Customer.io 中已有的人" },
});
