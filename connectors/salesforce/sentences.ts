/** Why something happened, as the connector of Salesforce says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("salesforce", {
  client: {
    en: "Salesforce does not know `client_id`, or refuses `client_secret`",
    zh: "Salesforce 中没有这个 `client_id`，或拒绝了 `client_secret`",
  },
  grant: {
    en: "Salesforce gives no token to this user and app",
    zh: "Salesforce 不向这个用户和应用发放令牌",
  },
  clock_ahead: {
    en: "Salesforce takes no assertion that is signed for a later time: this machine's clock is {seconds} s ahead of its own",
    zh: "Salesforce 不接受未来时间签名的断言：本机时钟比 Salesforce 快 {seconds} 秒",
  },
  clock_behind: {
    en: "Salesforce takes no assertion that is over: this machine's clock is {seconds} s behind its own",
    zh: "Salesforce 不接受已过期的断言：本机时钟比 Salesforce 慢 {seconds} 秒",
  },
  flow_off: {
    en: "this way to log in is not enabled for the app in Salesforce",
    zh: "Salesforce 中的应用没有启用这种登录方式",
  },
  token_trouble: {
    en: "Salesforce gave no token",
    zh: "Salesforce 没有发放令牌",
  },
  no_token: {
    en: "HTTP {status} where a token was asked for, and no token in it; look at `instance_url`",
    zh: "请求令牌时得到 HTTP {status}，但其中没有令牌；请检查 `instance_url`",
  },
  private_key: {
    en: "`jwt.private_key` is no RSA private key",
    zh: "`jwt.private_key` 不是 RSA 私钥",
  },
  token: {
    en: "Salesforce refuses the access token",
    zh: "Salesforce 拒绝了访问令牌",
  },
  rights: {
    en: "the user in whose name the bridge works lacks a right in Salesforce",
    zh: "本程序所用的用户在 Salesforce 中缺少权限",
  },
  api_off: {
    en: "the API is switched off for this org or user in Salesforce",
    zh: "Salesforce 中这个组织或用户的 API 已停用",
  },
  limit: {
    en: "the org's API requests are used up",
    zh: "组织的 API 请求次数已用完",
  },
  share: {
    en: "{used} of the org's {limit} API requests of 24 hours are used: the rest is left to others (`daily_share`)",
    zh: "组织 24 小时内的 {limit} 次 API 请求已用 {used} 次：其余留给其他程序（`daily_share`）",
  },
  locked: {
    en: "the record is locked by another write for the moment",
    zh: "这条记录暂时被另一次写入锁定",
  },
  query: {
    en: "Salesforce cannot read the query that looks the record up",
    zh: "Salesforce 无法解析查找记录的查询",
  },
  no_such_field: {
    en: "Salesforce knows no such field, or hides it from this user",
    zh: "Salesforce 没有这个字段，或对这个用户隐藏",
  },
  refuses: {
    en: "Salesforce refuses what was sent",
    zh: "Salesforce 拒绝了发送的内容",
  },
  refuses_what: {
    en: "Salesforce refuses what was sent for {fields}",
    zh: "Salesforce 拒绝了为 {fields} 发送的内容",
  },
  refuses_field: {
    en: "Salesforce refuses a field for everybody",
    zh: "Salesforce 对所有人都拒绝其中一个字段",
  },
  not_there: {
    en: "Salesforce knows nothing there; look at `instance_url`, `object` and `api_version`",
    zh: "Salesforce 在这个地址没有任何内容；请检查 `instance_url`、`object` 和 `api_version`",
  },
  trouble: {
    en: "Salesforce is overloaded, in maintenance or in trouble",
    zh: "Salesforce 过载、正在维护或出现故障",
  },
  undocumented: {
    en: "an answer that Salesforce does not document",
    zh: "Salesforce 的文档中没有说明的应答",
  },
  foreign: {
    en: "HTTP {status}, but not an answer of Salesforce",
    zh: "HTTP {status}，但不是 Salesforce 的应答",
  },
  not_understood: {
    en: "an answer that is incomplete, or none of Salesforce",
    zh: "应答不完整，或不是 Salesforce 的应答",
  },
  field_missing: {
    en: 'Salesforce has no field "{field}" on this object, or hides it from the user in whose name the bridge works',
    zh: "Salesforce 的这个对象没有字段“{field}”，或对本程序所用的用户隐藏",
  },
  field_fixed: {
    en: 'the user in whose name the bridge works must not write "{field}" in Salesforce',
    zh: "本程序所用的用户在 Salesforce 中不能写入“{field}”",
  },
  match_no_text: {
    en: '"{field}" is no text field: people cannot be found by it',
    zh: "“{field}”不是文本字段，无法用它查找用户",
  },
  not_unique: {
    en: '`when_missing: create` needs a field that Salesforce keeps unique: "{field}" is not',
    zh: "`when_missing: create` 需要在 Salesforce 中设为唯一的字段，而“{field}”没有设为唯一",
  },
  undescribed: {
    en: "Salesforce's list of fields is too long to be read, so that nobody knows whether the field is unique: use `when_missing: retry`",
    zh: "Salesforce 的字段列表太长，无法读取，因此不知道该字段是否唯一：请使用 `when_missing: retry`",
  },
  value_empty: {
    en: "`match.value` came out empty",
    zh: "`match.value` 的结果为空",
  },
  value_long: {
    en: "`match.value` has {length} characters: a text field of Salesforce holds 255",
    zh: "`match.value` 有 {length} 个字符，而 Salesforce 的文本字段最多 255 个",
  },
  unreadable: {
    en: 'a record was found, and does not show that it carries a value that was asked for in "{field}"',
    zh: "找到了一条记录，但没有显示它的“{field}”是所查找的值",
  },
  nobody: {
    en: 'no record carries this value in "{field}"',
    zh: "没有记录的“{field}”是这个值",
  },
  other_case: {
    en: 'no record carries this value in "{field}"; one carries "{twin}", which differs in case',
    zh: "没有记录的“{field}”是这个值；有一条是“{twin}”，大小写不同",
  },
  many: {
    en: '{count} records carry this value in "{field}", more than `match.max` ({max})',
    zh: "有 {count} 条记录的“{field}”是这个值，超过 `match.max`（{max}）",
  },
  many_these: {
    en: '{count} records carry this value in "{field}", more than `match.max` ({max}): {ids}',
    zh: "有 {count} 条记录的“{field}”是这个值，超过 `match.max`（{max}）：{ids}",
  },
  deleted: {
    en: "the record was deleted or merged meanwhile",
    zh: "这条记录在此期间已被删除或合并",
  },
  not_written: {
    en: "Salesforce did not write the record",
    zh: "Salesforce 没有写入这条记录",
  },
  not_said: {
    en: "Salesforce did not say whether it wrote the record",
    zh: "Salesforce 没有说明是否写入了这条记录",
  },
  some_written: {
    en: "{written} of {count} records are written",
    zh: "{count} 条记录中已写入 {written} 条",
  },
});
