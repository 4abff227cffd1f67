/** What is said of Chat's answers, in both languages. It travels, and is kept, as its words alone: `saidOfChat` knows them again. */

import { spanOf } from "../basics/said-spans.ts";
import { recognised, sentencesOf } from "../basics/sentence-tables.ts";
import { type Said, sentenceOfError } from "../basics/sentences.ts";

export const says = sentencesOf("chat", {
  // what a code means
  unknown_code: { en: "nobody here knows the code {code}", zh: "本程序不认识错误码 {code}" },
  not_parsed: { en: "the request could not be parsed", zh: "Chat 无法解析请求" },
  no_such_call: { en: "there is no such call", zh: "没有这个接口" },
  id_of_wrong_type: { en: "an id was of the wrong type", zh: "某个 ID 的类型不对" },
  illegal_parameter: {
    en: "Chat takes a parameter to be illegal, an id perhaps",
    zh: "Chat 认为某个参数不合法，可能是某个 ID",
  },
  answer_to_another: { en: "this is an answer to another call", zh: "这是另一个接口的应答" },
  admin_or_signature: { en: "the admin or the signature is wrong", zh: "管理员账号或签名有误" },
  signature_expired: { en: "the signature has expired", zh: "签名已过期" },
  signature_of_another: {
    en: 'the signature is not one of "{admin}" for the app {app}',
    zh: "签名不是“{admin}”在应用 {app} 中的签名",
  },
  no_app: { en: "{app} is no SDKAppID", zh: "{app} 不是 SDKAppID" },
  app_disabled: { en: "the app {app} is disabled, or its plan has ended", zh: "应用 {app} 已停用，或套餐已到期" },
  no_admin: { en: '"{admin}" is no admin of the app {app}', zh: "“{admin}”不是应用 {app} 的管理员" },
  address_not_allowed: {
    en: "calls for the app {app} are not allowed from the address of this machine",
    zh: "应用 {app} 不允许从本机的地址调用接口",
  },
  other_data_centre: {
    en: "there is no app {app} in this data centre ({where})",
    zh: "这个数据中心（{where}）没有应用 {app}",
  },
  on_blocklist: { en: "the caller is on a blocklist", zh: "调用者在黑名单中" },
  not_permitted: { en: "this is not permitted", zh: "没有权限" },
  account_id_malformed: { en: "the id of the official account is malformed", zh: "公众号 ID 的格式不对" },
  accounts_switched_off: {
    en: "official accounts are not switched on for the app {app}",
    zh: "应用 {app} 没有开通公众号功能",
  },
  too_often: { en: "Chat was asked too often", zh: "向 Chat 查询过于频繁" },
  refused_too_often: {
    en: "the signature was refused, and too often: look at `secret_key` and `admin`",
    zh: "签名多次被拒绝：请检查 `secret_key` 和 `admin`",
  },
  in_trouble: { en: "Chat is in trouble itself", zh: "Chat 自身出现故障" },
  no_such_user: { en: "there is no such user", zh: "没有这个用户" },
  no_such_account: {
    en: "there is no such official account, or no longer",
    zh: "没有这个公众号，或者它已经不在了",
  },

  // an exchange
  refuses: { en: "{call}: {meaning} ({code})", zh: "{call}：{meaning}（{code}）" },
  refuses_saying: { en: '{call}: {meaning} ({code}, "{info}")', zh: "{call}：{meaning}（{code}，“{info}”）" },
  clock_behind: {
    en: "{said}; this machine's clock is {span} behind Chat's, which is reason enough",
    zh: "{said}；本机时钟比 Chat 慢 {span}，原因可能就在于此",
  },
  clock_ahead: {
    en: "{said}; this machine's clock is {span} ahead of Chat's, which is reason enough",
    zh: "{said}；本机时钟比 Chat 快 {span}，原因可能就在于此",
  },
  given_up: { en: "{call} was given up", zh: "{call} 已中止" },
  unreached: { en: "{call}: Chat cannot be reached: {fault}", zh: "{call}：无法连接 Chat：{fault}" },
  not_chats: { en: "{call}: no answer of Chat's: {fault}", zh: "{call}：不是 Chat 的应答：{fault}" },
  odd: { en: "{call}: {fault}", zh: "{call}：{fault}" },
  not_understood: {
    en: "{call}: an answer that is not understood: {fault}",
    zh: "{call}：应答无法识别：{fault}",
  },
  at_host: { en: "{host}: {fault}", zh: "{host}：{fault}" },
  at_each: { en: "{host}: {fault}; {others}", zh: "{host}：{fault}；{others}" },
  not_asked: { en: "it was not asked: {fault}", zh: "没有发出查询：{fault}" },
  status: { en: "HTTP {code}", zh: "HTTP {code}" },
  redirects: {
    en: "HTTP {code}, a redirect to {url}, which Chat never answers",
    zh: "HTTP {code}，重定向到 {url}，而 Chat 从不这样应答",
  },

  // what is odd about an answer
  empty_answer: { en: "an empty answer", zh: "应答为空" },
  no_object: { en: "an answer that is no JSON object", zh: "应答不是 JSON 对象" },
  without_code: { en: "an answer without an ErrorCode", zh: "应答中没有 ErrorCode" },
  other_status: {
    en: "an answer whose ActionStatus is neither OK nor FAIL",
    zh: "应答的 ActionStatus 既不是 OK 也不是 FAIL",
  },
  ok_with_code: {
    en: "an answer that says OK, and the ErrorCode {code}",
    zh: "应答既说 OK，又带有 ErrorCode {code}",
  },
  fail_without_code: {
    en: "an answer that says FAIL, and the ErrorCode 0",
    zh: "应答既说 FAIL，ErrorCode 又是 0",
  },
  no_list_of_objects: { en: "{field} is no list of objects", zh: "{field} 不是对象列表" },
  more_entries: { en: "{field} has more than {code} entries", zh: "{field} 超过 {code} 项" },
  no_text: { en: "{field} is no text", zh: "{field} 不是文本" },
  no_number: { en: "{field} is no number", zh: "{field} 不是数字" },
  its_no_number: { en: "its {field} is no number", zh: "它的 {field} 不是数字" },
  no_id: { en: "a {field} is no id", zh: "某个 {field} 不是 ID" },
  no_account_id: { en: "an {field} is no id", zh: "某个 {field} 不是 ID" },
  no_time: { en: "a {field} is no time in seconds", zh: "某个 {field} 不是以秒计的时间" },
  no_flag: { en: "{field} is neither 0 nor 1", zh: "{field} 既不是 0 也不是 1" },
  no_addresses: { en: "{field} is no list of addresses", zh: "{field} 不是地址列表" },
  empty_list: { en: "{field} is empty", zh: "{field} 为空" },
  entry_no_address: { en: "an entry of {field} is no address", zh: "{field} 中有一项不是地址" },
  not_once: { en: "it is not in the answer once", zh: "应答中没有它，或不止一次" },
  meaning_of_one: { en: "{meaning} ({code})", zh: "{meaning}（{code}）" },
  does_not_add_up: {
    en: "TotalCount is {code}, and there are {accounts} accounts",
    zh: "TotalCount 为 {code}，实际却有 {accounts} 个公众号",
  },
  pages_do_not_go_on: { en: "its pages do not go on", zh: "分页没有继续" },
  more_than_total: { en: "more accounts than TotalCount ({code})", zh: "公众号比 TotalCount（{code}）还多" },
});

/** The ways out. */
export const ways = sentencesOf("chat_todo", {
  report_it: { en: "please report it: it is a fault of this program", zh: "请反馈给我们：这是本程序的错误" },
  compare_key: {
    en: "compare `secret_key` with the key of this app in the Chat console, or make `user_sig` anew",
    zh: "请核对 `secret_key` 与 Chat 控制台中该应用的密钥，或重新生成 `user_sig`",
  },
  set_clock: {
    en: "see that the clock is right (NTP); a `user_sig` has to be made anew",
    zh: "请确认时钟准确（NTP）；`user_sig` 需要重新生成",
  },
  correct_app: { en: "correct `sdk_app_id`", zh: "请更正 `sdk_app_id`" },
  see_console: { en: "look at it in the Chat console", zh: "请在 Chat 控制台中查看" },
  name_admin: {
    en: "name an admin as the Chat console lists them (usually `administrator`)",
    zh: "请填写 Chat 控制台列出的管理员（通常是 `administrator`）",
  },
  allow_address: {
    en: "add the address by which this machine reaches the Internet to the list of allowed addresses in the Chat console",
    zh: "请把本机访问互联网所用的地址加入 Chat 控制台的地址白名单",
  },
  correct_region: {
    en: "correct `region` (or `base_url`) or `sdk_app_id`: an app is known in its own region alone",
    zh: "请更正 `region`（或 `base_url`）或 `sdk_app_id`：应用只存在于它所属的地域",
  },
  ask_support: { en: "ask Tencent's support", zh: "请联系腾讯技术支持" },
  see_app: { en: "look at the app in the Chat console", zh: "请在 Chat 控制台中查看该应用" },
  account_prefix: { en: "official accounts begin with @TOA#_", zh: "公众号 ID 以 @TOA#_ 开头" },
  switch_accounts_on: {
    en: "switch them on in the Chat console, or remove `rest`",
    zh: "请在 Chat 控制台中开通，或删除 `rest`",
  },
  reach_host: {
    en: "see that this machine reaches the host (firewall, DNS, HTTPS_PROXY), and that `base_url` is right",
    zh: "请确认本机能够访问该主机（防火墙、DNS、HTTPS_PROXY），并确认 `base_url` 正确",
  },
  see_between: {
    en: "see what stands between this machine and Chat, and that `base_url` is right",
    zh: "请检查本机与 Chat 之间有什么（代理、防火墙），并确认 `base_url` 正确",
  },
  again_later: { en: "try again in a while", zh: "请稍后再试" },
});

export const isWayOut = ({ code = "" }: Said): boolean => code.startsWith("chat_todo_");

/** What is made of these words, each part as far as it is known. */
export function saidOfChat(words: string): Said {
  const said = sentenceOfError(words);
  return said.code === undefined ? (recognised("chat", words, FORMS, saidOfChat) ?? spanOf(words)) : said;
}

const FORMS = { code: "-?\\d+", call: "[a-zA-Z_]+", host: "[^\\s;]+", field: "\\w+" };
