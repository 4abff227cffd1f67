/** Why something happened, as the connector of HubSpot says it. */
import { sentencesOf } from "../../src/connector.ts";

export const said = sentencesOf("hubspot", {
  refuses: {
    en: "HubSpot refuses what was sent",
    zh: "HubSpot 拒绝了发送的内容",
  },
  refuses_what: {
    en: "HubSpot refuses what was sent: {what}",
    zh: "HubSpot 拒绝了发送的内容：{what}",
  },
  refuses_value: {
    en: "HubSpot refuses a value",
    zh: "HubSpot 拒绝了其中一个值",
  },
  refuses_property: {
    en: "HubSpot refuses a property",
    zh: "HubSpot 拒绝了其中一个属性",
  },
  token: {
    en: "HubSpot refuses the access token",
    zh: "HubSpot 拒绝了访问令牌",
  },
  scope: {
    en: "the access token lacks a scope",
    zh: "访问令牌缺少权限（scope）",
  },
  scopes: {
    en: "{meaning} ({scopes})",
    zh: "{meaning}（{scopes}）",
  },
  not_there: {
    en: "HubSpot knows nothing there; look at `api_version` and `base_url`",
    zh: "HubSpot 在这个地址没有任何内容；请检查 `api_version` 和 `base_url`",
  },
  conflict: {
    en: "HubSpot sees a conflict with another contact or another write",
    zh: "HubSpot 表示与另一个联系人或另一次写入冲突",
  },
  locked: {
    en: "the contact is locked for the moment",
    zh: "这个联系人暂时被锁定",
  },
  limit: {
    en: "the account's request limit is reached",
    zh: "账号的请求次数已达上限",
  },
  moving: {
    en: "HubSpot is moving the account to another data centre",
    zh: "HubSpot 正在把账号迁移到另一个数据中心",
  },
  trouble: {
    en: "HubSpot is overloaded or in trouble",
    zh: "HubSpot 过载或出现故障",
  },
  undocumented: {
    en: "an answer that HubSpot does not document",
    zh: "HubSpot 的文档中没有说明的应答",
  },
  foreign: {
    en: "HTTP {status}, but not an answer of HubSpot",
    zh: "HTTP {status}，但不是 HubSpot 的应答",
  },
  no_results: {
    en: "an answer without results is not an answer of HubSpot",
    zh: "没有结果的应答，不是 HubSpot 的应答",
  },
  count_missing: {
    en: "HubSpot's search did not say how many it found",
    zh: "HubSpot 的搜索没有说明找到了多少个联系人",
  },
  search_incomplete: {
    en: "HubSpot's search returned fewer contacts than it said it found",
    zh: "HubSpot 的搜索返回的联系人比它所说的少",
  },
  look_up_failed: {
    en: "HubSpot could not look up the contact",
    zh: "HubSpot 未能查找这个联系人",
  },
  search_unreadable: {
    en: "HubSpot's search found a contact, and does not show that it carries a value that was asked for",
    zh: "HubSpot 的搜索找到了一个联系人，但没有显示它带有所查找的值",
  },
  not_mentioned: {
    en: "HubSpot's answer to the look-up does not mention the contact",
    zh: "HubSpot 的查找结果没有提到这个联系人",
  },
  not_looked_up: {
    en: "the contact was not looked up",
    zh: "没有查找这个联系人",
  },
  no_contact: {
    en: 'no contact carries this value in "{property}"',
    zh: "没有联系人的“{property}”是这个值",
  },
  other_case: {
    en: 'no contact carries this value in "{property}"; one carries "{twin}", which differs in case',
    zh: "没有联系人的“{property}”是这个值；有一个是“{twin}”，只是大小写不同",
  },
  many_contacts: {
    en: "{count} contacts carry this value, more than `match.max` ({max}): raise it, or merge the contacts",
    zh: "有 {count} 个联系人是这个值，超过了 `match.max`（{max}）：请调高它，或者合并这些联系人",
  },
  some_written: {
    en: "{written} of its {count} contacts are written",
    zh: "{count} 个联系人中已写入 {written} 个",
  },
  deleted_meanwhile: {
    en: "the contact was deleted or merged while it was being written",
    zh: "写入过程中，这个联系人被删除或合并了",
  },
  not_written: {
    en: "HubSpot did not write the contact",
    zh: "HubSpot 没有写入这个联系人",
  },
  write_not_said: {
    en: "HubSpot's answer does not say that the contact was written",
    zh: "HubSpot 的应答没有说明联系人已写入",
  },
  value_empty: {
    en: "`match.value` came out empty",
    zh: "`match.value` 的结果为空",
  },
  stray_time: {
    en: '"{property}" would become {day}, for HubSpot reads "{value}" as milliseconds: {todo}',
    zh: "“{property}”会变成 {day}，因为 HubSpot 把“{value}”当作毫秒；请直接写 {{ event_time }}，或者使用毫秒",
  },
  has_contact: {
    en: 'HubSpot has contact {contact} already, and does not find it by "{property}": made just now, deleted (restore or delete it for good), or it holds another unique value of `set`',
    zh: "HubSpot 已有联系人 {contact}，但按“{property}”找不到它：可能刚刚创建，可能已被删除（请恢复，或者彻底删除），也可能 `set` 中另一个唯一值已被它占用",
  },
  not_unique: {
    en: '`when_missing: create` needs a property that HubSpot keeps unique, and "{property}" is not: use `retry`, or a unique property',
    zh: "`when_missing: create` 需要一个在 HubSpot 中唯一的属性，而“{property}”不是：请改用 `retry`，或者改用唯一的属性",
  },
  no_property: {
    en: 'HubSpot has no contact property "{property}": create it there, or correct its name in the settings',
    zh: "HubSpot 中没有联系人属性“{property}”：请在那里创建，或者更正设置中的名称",
  },
  not_defined: {
    en: 'HubSpot\'s answer does not define the property "{property}"',
    zh: "HubSpot 的应答没有给出属性“{property}”的定义",
  },
  property_unsaid: {
    en: 'HubSpot does not say whether there is a property "{property}"',
    zh: "HubSpot 没有说明是否有属性“{property}”",
  },
  version: {
    en: "HubSpot does not know API version {version}, and does know {other}: set `api_version` to one that it supports",
    zh: "HubSpot 不认识 API 版本 {version}，但认识 {other}：请把 `api_version` 改成它支持的版本",
  },
  version_such_as: {
    en: "HubSpot does not know API version {version}, and does know {other}: set `api_version` to one that it supports, such as {latest}",
    zh: "HubSpot 不认识 API 版本 {version}，但认识 {other}：请把 `api_version` 改成它支持的版本，例如 {latest}",
  },
});
