/** Why something happened, as the connector of a JSON API says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("http", {
  rule: {
    en: "by rule {rule} of `answers`",
    zh: "依据 `answers` 的第 {rule} 条规则",
  },
  no_rule: {
    en: "no rule of `answers` names this answer, so it is tried again",
    zh: "`answers` 中没有规则描述这种应答，稍后重试",
  },
  page: {
    en: "a page for people, which is no answer of this API; look at `url`, and at what stands in between",
    zh: "返回的是网页，并非该 API 的应答；请检查 `url` 以及中间的网络设备",
  },
  no_json: {
    en: "no rule of `answers` fits, and this is no JSON, in which a value could stand; it is tried again",
    zh: "`answers` 中没有适用的规则，且应答不是 JSON，无法读取其中的值；稍后重试",
  },
  cut: {
    en: "the rest of its answer was not as announced, or too much to read, so nothing in it can be relied on",
    zh: "应答内容不完整、与声明不符或过大，无法据此判断结果",
  },
  refuses: {
    en: "the API refuses our credentials",
    zh: "该 API 拒绝了我们的凭据",
  },
  limit: {
    en: "rule {rule} of `answers` takes it for a limit",
    zh: "依据 `answers` 的第 {rule} 条规则，这是频率限制",
  },
  redirect: {
    en: "a redirect, which is not followed; set `url` to the final address",
    zh: "目标系统返回重定向，本程序不会跟随；请把 `url` 改成最终地址",
  },
  not_named: {
    en: "the answer names no result for this person",
    zh: "应答中没有这位用户的结果",
  },
  named_twice: {
    en: "the answer names several results for this person",
    zh: "应答中有这位用户的多条结果",
  },
  no_results: {
    en: "the answer has no list at `batch.results.at` (unless that is set, the answer itself has to be one)",
    zh: "应答中 `batch.results.at` 处没有列表（未设置时，应答本身必须是列表）",
  },
  whole_batch: {
    en: "the whole request was refused, by rule {rule} of `answers`",
    zh: "依据 `answers` 的第 {rule} 条规则，整个请求被拒绝",
  },
  token_refused: {
    en: "the token server refuses the client's id and secret",
    zh: "令牌服务器拒绝了客户端 ID 和密钥",
  },
  token_not_understood: {
    en: "the token server's answer holds no token",
    zh: "令牌服务器的应答中没有令牌",
  },
  token_kind: {
    en: "the token server gives tokens of another kind than `Bearer`",
    zh: "令牌服务器发放的不是 `Bearer` 类型的令牌",
  },
  token_page: {
    en: "a page for people where a token was asked for; look at `token_url`, and at what stands in between",
    zh: "请求令牌时返回的是网页；请检查 `token_url` 以及中间的网络设备",
  },
  token_flow: {
    en: "the token server does not give this client tokens by client credentials: that has to be enabled over there",
    zh: "令牌服务器不允许该客户端以 client credentials 方式获取令牌：需要在该服务器上启用",
  },
  token_scope: {
    en: "the token server does not give this client what `scope` asks for",
    zh: "令牌服务器不向该客户端发放 `scope` 所要求的权限",
  },
  token_request: {
    en: "the token server does not take the request; look at `credentials_in`, `scope` and `audience`",
    zh: "令牌服务器不接受这个请求；请检查 `credentials_in`、`scope` 和 `audience`",
  },
  token_nothing: {
    en: "nothing gives tokens there; look at `token_url`",
    zh: "该地址不提供令牌；请检查 `token_url`",
  },
  token_server: {
    en: "the token server is overloaded or in trouble",
    zh: "令牌服务器过载或出现故障",
  },
  header: {
    en: 'the header "{name}" came out with a line break or a character that headers cannot carry',
    zh: "请求头“{name}”的内容含有换行，或者含有请求头不允许的字符",
  },
  path: {
    en: "this person's id, alone between two slashes, would lead to another address",
    zh: "这位用户的 ID 单独出现在两个斜杠之间，会指向另一个地址",
  },
  id_empty: {
    en: "`batch.results.is` comes out empty",
    zh: "`batch.results.is` 的结果为空",
  },
});
