/** What `check --live` can say of Salesforce, and what previews note. */
import { findingsOf, sentencesOf } from "../../src/connector.ts";

export const found = findingsOf("salesforce_check", {
  reached: {
    en: ["{instance} gives a token, and this user sees {object}"],
    zh: ["{instance} 发放了令牌，并且这个用户可以看到 {object}"],
  },
  not_there: {
    en: [
      "{instance}: {reason}",
      "correct `object` or `api_version`, or let the user see the object (permission set, Object Settings)",
    ],
    zh: [
      "{instance} 的应答：{reason}",
      "请更正 `object` 或 `api_version`，或让这个用户可以看到该对象（权限集 permission set，Object Settings）",
    ],
  },
  trouble: {
    en: [
      "{instance}: {reason}",
      "look at the network, the proxy, `instance_url` and https://status.salesforce.com, then check again",
    ],
    zh: [
      "{instance} 的应答：{reason}",
      "请检查网络、代理、`instance_url` 和 https://status.salesforce.com，然后再检查一次",
    ],
  },
  foreign_refusal: {
    en: ["{instance}: {reason}", "let this machine through the firewall or proxy, or correct `instance_url`"],
    zh: ["{instance} 的应答：{reason}", "请让防火墙或代理放行这台机器，或更正 `instance_url`"],
  },
  refused: {
    en: [
      "{instance}: {reason}",
      "compare the app in Salesforce with the README, step by step: consumer key and secret, the flow that is enabled, the Run As user and its rights",
    ],
    zh: [
      "{instance} 的应答：{reason}",
      "请对照说明文档逐步核对 Salesforce 中的应用：consumer key 和 secret、启用的流程、Run As 用户及其权限",
    ],
  },
  undescribed: {
    en: [
      "Salesforce's list of the fields of {object} is too long to be read: dates, numbers and checkboxes are sent as their templates make them",
      "write the values in the form that the field takes, and look at one with preview --live",
    ],
    zh: [
      "Salesforce 中 {object} 的字段列表太长，无法读取：日期、数字和复选框按模板生成的内容发送",
      "请按字段接受的格式书写，并用 preview --live 查看一个",
    ],
  },
  no_edit: {
    en: ["this user must not edit {object}", 'give it "Edit" on {object} in a permission set'],
    zh: ["这个用户无权编辑 {object}", "请在权限集（permission set）中授予它对 {object} 的 Edit 权限"],
  },
  no_create: {
    en: ["this user must not create {object}", 'give it "Create" on {object} in a permission set'],
    zh: ["这个用户无权创建 {object}", "请在权限集（permission set）中授予它对 {object} 的 Create 权限"],
  },
  no_text: {
    en: ['"{name}" is no text field ({type})', "name a text field: numbers lose the zeros at their beginning"],
    zh: ["“{name}”不是文本字段（{type}）", "请指定文本字段：数字会丢掉开头的零"],
  },
  external: {
    en: ['"{name}" is an External ID ({type}): it is indexed'],
    zh: ["“{name}”是 External ID（{type}）：已建索引"],
  },
  not_external: {
    en: [
      '"{name}" is no External ID: without an index Salesforce looks through all records, and gives up in a large org',
      "tick External ID in Setup → Object Manager → the field → Edit",
    ],
    zh: [
      "“{name}”不是 External ID：没有索引时 Salesforce 要逐条查看所有记录，在记录很多的组织中会放弃查询",
      "请在 Setup → Object Manager → 该字段 → Edit 中勾选 External ID",
    ],
  },
  unique: {
    en: ['"{name}" is unique'],
    zh: ["“{name}”已设为唯一（Unique）"],
  },
  not_unique_to_create: {
    en: [
      '"{name}" is not unique, so no record can be created by it',
      "set `when_missing: retry`, or tick Unique in Setup → Object Manager → the field → Edit",
    ],
    zh: [
      "“{name}”没有设为唯一（Unique），所以无法据此创建记录",
      "请设置 `when_missing: retry`，或在 Setup → Object Manager → 该字段 → Edit 中勾选 Unique",
    ],
  },
  not_unique: {
    en: [
      '"{name}" is not unique: a person with more records than `match.max` is refused, and told',
      "tick Unique (and case sensitive) in Setup → Object Manager → the field → Edit",
    ],
    zh: [
      "“{name}”没有设为唯一（Unique）：如果一个人对应的记录多于 `match.max`，就不会写入，并会说明原因",
      "请在 Setup → Object Manager → 该字段 → Edit 中勾选 Unique（以及 case sensitive）",
    ],
  },
  not_written: {
    en: [
      'this user must not write "{name}" ({type})',
      "give it Edit on the field in a permission set (Object Settings → {object}); a formula or a system field takes no value at all",
    ],
    zh: [
      "这个用户无权写入“{name}”（{type}）",
      "请在权限集（Object Settings → {object}）中授予它对该字段的 Edit 权限；公式字段和系统字段不接受任何值",
    ],
  },
  no_field: {
    en: [
      'this user sees no field "{name}"{meant}',
      "correct the API name, create the field, or let the user see it (permission set, Field-Level Security)",
    ],
    zh: [
      "这个用户看不到字段“{name}”{meant}",
      "请更正 API 名称、创建该字段，或让这个用户可以看到它（权限集，Field-Level Security）",
    ],
  },
  type: {
    en: ['"{name}" ({type}) does not take "{value}", which is what an event "{kind}" sends', "{only}send a {type}"],
    zh: ["“{name}”（{type}）不接收“{value}”，而“{kind}”事件会发送它", "{only}请发送 {type} 类型的值"],
  },
  option: {
    en: [
      '"{name}" ({type}) does not take "{value}", which is what an event "{kind}" sends',
      "{only}send one of its values ({options}), or add this one in Salesforce",
    ],
    zh: [
      "“{name}”（{type}）不接收“{value}”，而“{kind}”事件会发送它",
      "{only}请发送它的取值之一（{options}），或在 Salesforce 中添加这一项",
    ],
  },
  uncounted: {
    en: [
      "Salesforce could not be asked for records: {reason}",
      "see that the user may read the object, then check again",
    ],
    zh: ["无法向 Salesforce 查询记录：{reason}", "请确认这个用户可以读取该对象，然后再检查一次"],
  },
  carry: {
    en: ['there are records with a value in "{name}"'],
    zh: ["已有记录填写了“{name}”"],
  },
  none_carries: {
    en: [
      'no {object} that this user sees carries a value in "{name}"',
      "fill it with the Chat user ids of your people first; until then nobody will be found",
    ],
    zh: [
      "这个用户能看到的 {object} 中，没有一条填写了“{name}”",
      "请先填入您的用户的 Chat 用户 ID；在此之前找不到任何人",
    ],
  },
  used: {
    en: ["{used} of the org's {limit} API requests of 24 hours are used"],
    zh: ["组织 24 小时的 {limit} 次 API 请求已用 {used} 次"],
  },
  used_up: {
    en: [
      "{used} of the org's {limit} API requests of 24 hours are used",
      "look in Setup → System Overview for who uses them; the bridge waits until some are free again",
    ],
    zh: [
      "组织 24 小时的 {limit} 次 API 请求已用 {used} 次",
      "请在 Setup → System Overview 中查看是谁在使用；本程序会等到有余量再继续",
    ],
  },
});

/** What stands in these, and above the requests of a preview. */
export const words = sentencesOf("salesforce_check", {
  not_theirs: { en: "an answer that is none of Salesforce", zh: "不是 Salesforce 的应答" },
  finds: {
    en: "finds the records of {object}; before it a token is asked for, and the fields, each once",
    zh: "查找 {object} 的记录；在此之前会各请求一次令牌和字段列表",
  },
  ids_later: {
    en: "the record ids come from the look-up above; a date field gets the day alone, a checkbox true or false",
    zh: "记录 ID 来自上面的查找；日期字段只写入日期，复选框写入 true 或 false",
  },
  record: { en: "record {ids}", zh: "记录 {ids}" },
  records: { en: "records {ids}", zh: "记录 {ids}" },
  many: { en: "{count} records", zh: "{count} 条记录" },
});
