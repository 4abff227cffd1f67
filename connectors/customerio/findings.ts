/** What `check --live` can say of Customer.io. */
import { findingsOf } from "../../src/connector.ts";

export const found = findingsOf("customerio_check", {
  unreachable: {
    en: ["{host} cannot be reached: {fault}", "look at the network and the proxy"],
    zh: ["无法连接 {host}：{fault}", "请检查网络和代理"],
  },
  region: {
    en: ["the account of these keys lives in region {region}"],
    zh: ["这些密钥所属的账号在 {region} 区域"],
  },
  other_region: {
    en: ["the account of these keys lives in region {region}, not in {named}", "set `region: {region}`"],
    zh: ["这些密钥所属的账号在 {region} 区域，而不在 {named} 区域", "请设置 `region: {region}`"],
  },
  key_refused: {
    en: [
      "{host}: {reason}",
      "copy Site ID and API Key again from Account Settings → API Credentials → Tracking API Keys, and compare `region`",
    ],
    zh: [
      "{host} 的应答：{reason}",
      "请从 Account Settings → API Credentials → Tracking API Keys 重新复制 Site ID 和 API Key，并核对 `region`",
    ],
  },
  trouble: {
    en: ["{host}: {reason}", "look at the firewall or proxy, and https://status.customer.io"],
    zh: ["{host} 的应答：{reason}", "请检查防火墙或代理，以及 https://status.customer.io"],
  },
  look_up: {
    en: ["the App API Key may ask who is known"],
    zh: ["App API Key 可以查询某人是否存在"],
  },
  look_up_refused: {
    en: [
      "who is known cannot be asked: {reason}",
      "copy the key again from Account Settings → API Credentials → App API Keys, for this workspace",
    ],
    zh: [
      "无法查询某人是否存在：{reason}",
      "请从 Account Settings → API Credentials → App API Keys 重新复制这个工作区的密钥",
    ],
  },
  topic: {
    en: [
      "whether there is a topic {topics} is not asked",
      "compare with the ids in Workspace Settings → Subscription Center; then `send --user` one event",
    ],
    zh: [
      "没有查询主题 {topics} 是否存在",
      "请与 Workspace Settings → Subscription Center 中的 ID 核对；然后用 `send --user` 发送一个事件",
    ],
  },
  topics: {
    en: [
      "whether there are topics {topics} is not asked",
      "compare with the ids in Workspace Settings → Subscription Center; then `send --user` one event",
    ],
    zh: [
      "没有查询主题 {topics} 是否存在",
      "请与 Workspace Settings → Subscription Center 中的 ID 核对；然后用 `send --user` 发送一个事件",
    ],
  },
});
