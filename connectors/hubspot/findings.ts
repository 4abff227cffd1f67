/** What `check --live` can say of HubSpot, and what previews note. */
import { findingsOf, sentencesOf } from "../../src/connector.ts";

export const found = findingsOf("hubspot_check", {
  token: {
    en: ["the access token is valid, for HubSpot account {portal}"],
    zh: ["访问令牌有效，对应 HubSpot 账户 {portal}"],
  },
  version_gone: {
    en: ["{reason}", "see HubSpot's developer changelog for the versions that there are"],
    zh: ["{reason}", "现有的版本请看 HubSpot 的开发者更新日志（developer changelog）"],
  },
  token_refused: {
    en: [
      "{host}: {reason}",
      "copy the token again: in HubSpot, Development → Keys → Service keys (or your legacy private app → Auth)",
    ],
    zh: [
      "{host} 的应答：{reason}",
      "请重新复制令牌：在 HubSpot 中打开 Development → Keys → Service keys（或旧版私有应用 → Auth）",
    ],
  },
  foreign_refusal: {
    en: [
      "{host}: {reason}",
      "let this machine through the firewall or proxy, or correct `base_url`; only if neither is it, copy the token again",
    ],
    zh: ["{host} 的应答：{reason}", "请让防火墙或代理放行这台机器，或更正 `base_url`；如果都不是，再重新复制令牌"],
  },
  trouble: {
    en: [
      "{host}: {reason}",
      "look at the network, the proxy, `base_url` and https://status.hubspot.com, then check again",
    ],
    zh: ["{host} 的应答：{reason}", "请检查网络、代理、`base_url` 和 https://status.hubspot.com，然后再检查一次"],
  },
  scopes_untold: {
    en: ["HubSpot does not say which scopes this kind of token has", "see in HubSpot that it has {scopes}"],
    zh: ["HubSpot 没有说明这类令牌有哪些权限范围（scope）", "请在 HubSpot 中确认它有 {scopes}"],
  },
  scopes: {
    en: ["the token has the scopes {scopes}"],
    zh: ["令牌具备权限范围（scope）{scopes}"],
  },
  scopes_lacking: {
    en: [
      "the token lacks the scopes {scopes}",
      "add them to the service key, or the legacy private app, in HubSpot; the token stays the same",
    ],
    zh: ["令牌缺少权限范围（scope）{scopes}", "请在 HubSpot 中把它们加到 service key 或旧版私有应用上；令牌不变"],
  },
  unread: {
    en: [
      'the property "{name}" could not be read: {reason}',
      "see that the token has crm.schemas.contacts.read, then check again",
    ],
    zh: ["无法读取属性“{name}”：{reason}", "请确认令牌具备 crm.schemas.contacts.read，然后再检查一次"],
  },
  no_property: {
    en: [
      'HubSpot has no contact property "{name}"{meant}',
      "correct the name, or create the property in HubSpot: Settings → Properties → Contact properties",
    ],
    zh: [
      "HubSpot 没有联系人属性“{name}”{meant}",
      "请更正名称，或在 HubSpot 中创建这个属性：Settings → Properties → Contact properties",
    ],
  },
  no_match_property: {
    en: [
      'HubSpot has no contact property "{name}"{meant}',
      "correct the name, or create the property in HubSpot: Settings → Properties → Contact properties (single-line text, with unique values)",
    ],
    zh: [
      "HubSpot 没有联系人属性“{name}”{meant}",
      "请更正名称，或在 HubSpot 中创建这个属性：Settings → Properties → Contact properties（单行文本，值唯一）",
    ],
  },
  unique: {
    en: ['"{name}" is unique ({type}): 100 contacts are found by one request'],
    zh: ["“{name}”的值唯一（{type}）：一次请求可以找到 100 个联系人"],
  },
  not_unique_to_create: {
    en: [
      '"{name}" is not unique, so no contact can be created by it',
      "set `when_missing: retry`, or match by a property that was created with unique values",
    ],
    zh: [
      "“{name}”的值不唯一，所以无法据此创建联系人",
      "请设置 `when_missing: retry`，或按一个创建时就设为值唯一的属性来匹配",
    ],
  },
  not_unique: {
    en: [
      '"{name}" is not unique: contacts are searched, which is slower (a few hundred a second for the whole account) and finds a new contact only after some seconds; all contacts with the same value are updated',
      "it works; for more speed match by a property that was created with unique values (this cannot be changed later)",
    ],
    zh: [
      "“{name}”的值不唯一：需要搜索联系人，速度较慢（整个账户每秒几百个），新的联系人要过几秒才能找到；值相同的联系人都会被更新",
      "可以使用；想要更快，请按一个创建时就设为值唯一的属性来匹配（之后无法更改）",
    ],
  },
  uncounted: {
    en: [
      'HubSpot could not count the contacts that carry "{name}": {reason}',
      "see that the token has crm.objects.contacts.read, then check again",
    ],
    zh: ["HubSpot 无法统计带有“{name}”的联系人：{reason}", "请确认令牌具备 crm.objects.contacts.read，然后再检查一次"],
  },
  one_carries: {
    en: ['1 contact carries a value in "{name}"'],
    zh: ["有 1 个联系人的“{name}”有值"],
  },
  carry: {
    en: ['{count} contacts carry a value in "{name}"'],
    zh: ["有 {count} 个联系人的“{name}”有值"],
  },
  none_carries: {
    en: [
      'no contact carries a value in "{name}"',
      "fill it with the Chat user ids of your contacts first; until then nobody will be found",
    ],
    zh: ["没有联系人的“{name}”有值", "请先填入联系人的 Chat 用户 ID；在此之前找不到任何人"],
  },
  read_only: {
    en: ['"{name}" cannot be written: HubSpot keeps or calculates its value', "choose a property of your own"],
    zh: ["无法写入“{name}”：它的值由 HubSpot 保存或计算", "请选择您自己的属性"],
  },
  one_way: {
    en: [
      '"{name}" goes one way: HubSpot takes a write that would set it back, and keeps the stage that it has',
      "write a property of your own; what HubSpot keeps otherwise is noted with the delivery, and counted by status",
    ],
    zh: [
      "“{name}”只能单向变化：把它改回去的写入会被 HubSpot 接收，但阶段保持不变",
      "请写入您自己的属性；HubSpot 保留了别的值时，会记在投递上，并在状态中计数",
    ],
  },
  seconds: {
    en: [
      '"{name}" ({type}) would become {day}: HubSpot reads "{value}", which are seconds since 1970, as milliseconds',
      "{only}write {template} as it is, or milliseconds",
    ],
    zh: [
      "“{name}”（{type}）会变成 {day}：“{value}”是 1970 年以来的秒数，而 HubSpot 把它当作毫秒",
      "{only}请直接写 {template}，或者使用毫秒",
    ],
  },
  type: {
    en: [
      '"{name}" ({type}) does not take "{value}", which is what an event "{kind}" sends',
      "{only}send a {type}, or choose a property of another type",
    ],
    zh: [
      "“{name}”（{type}）不接收“{value}”，而“{kind}”事件会发送它",
      "{only}请发送 {type} 类型的值，或选择另一种类型的属性",
    ],
  },
  option: {
    en: [
      '"{name}" ({type}) does not take "{value}", which is what an event "{kind}" sends',
      "{only}send one of its options ({options}), or add this one in HubSpot",
    ],
    zh: [
      "“{name}”（{type}）不接收“{value}”，而“{kind}”事件会发送它",
      "{only}请发送它的选项之一（{options}），或在 HubSpot 中添加这一项",
    ],
  },
  supported: {
    en: ["HubSpot supports API version {version} until {month}"],
    zh: ["HubSpot 支持 API 版本 {version}，直到 {month}"],
  },
  supported_shortly: {
    en: [
      "HubSpot supports API version {version} only until {month}",
      "set `api_version` to a newer one that HubSpot's developer changelog names, and check again",
    ],
    zh: [
      "HubSpot 只支持 API 版本 {version} 到 {month}",
      "请把 `api_version` 设为 HubSpot 开发者更新日志中较新的版本，然后再检查一次",
    ],
  },
  unsupported: {
    en: [
      "HubSpot has not supported API version {version} since {month}: it may end without a word",
      "set `api_version` to a newer one that HubSpot's developer changelog names, and check again",
    ],
    zh: [
      "HubSpot 自 {month} 起不再支持 API 版本 {version}：它随时可能停用",
      "请把 `api_version` 设为 HubSpot 开发者更新日志中较新的版本，然后再检查一次",
    ],
  },
});

/** What stands in these, and above the requests of a preview. */
export const words = sentencesOf("hubspot_check", {
  without_number: { en: "without a number", zh: "（没有编号）" },
  no_total: { en: "its answer has no total", zh: "应答中没有总数" },
  no_day: { en: "no day at all", zh: "根本不是日期" },
  march: { en: "March {year}", zh: "{year} 年 3 月" },
  september: { en: "September {year}", zh: "{year} 年 9 月" },
  finds_by_email: { en: "finds the contacts by e-mail", zh: "按电子邮件查找联系人" },
  finds: {
    en: 'finds the contacts, if HubSpot does not keep "{property}" unique; if it does, batch/read asks for the same values in one request',
    zh: "如果 HubSpot 没有把“{property}”设为值唯一，就这样查找联系人；如果已设为唯一，则由 batch/read 用一次请求查询同样的值",
  },
  ids_later: {
    en: "the record ids come from the look-up above; a `date` property gets the day alone",
    zh: "记录 ID 来自上面的查找；`date` 类型的属性只写入日期",
  },
  contact: { en: "contact {ids}", zh: "联系人 {ids}" },
  contacts: { en: "contacts {ids}", zh: "联系人 {ids}" },
});
