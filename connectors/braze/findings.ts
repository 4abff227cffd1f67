/** What `check --live` can say of Braze. */
import { findingsOf } from "../../src/connector.ts";

export const found = findingsOf("braze_check", {
  unreachable: {
    en: ["{endpoint} cannot be reached: {fault}", "look at the network, the proxy and `endpoint`"],
    zh: ["无法连接 {endpoint}：{fault}", "请检查网络、代理和 `endpoint`"],
  },
  key: {
    en: ["{endpoint} knows the API key, and the key may write"],
    zh: ["{endpoint} 接受这个 API 密钥，并且该密钥有写入权限"],
  },
  key_refused: {
    en: [
      "{endpoint}: {reason}",
      "compare `endpoint` with Settings → APIs and Identifiers, where the key's permissions are shown too; copy the key again",
    ],
    zh: [
      "{endpoint} 的应答：{reason}",
      "请将 `endpoint` 与 Settings → APIs and Identifiers 中的内容核对，那里也能看到密钥的权限；然后重新复制密钥",
    ],
  },
  trouble: {
    en: ["{endpoint}: {reason}", "look at `endpoint`, the firewall or proxy, and https://braze.statuspage.io"],
    zh: ["{endpoint} 的应答：{reason}", "请检查 `endpoint`、防火墙或代理，以及 https://braze.statuspage.io"],
  },
  unheard: {
    en: [
      "Braze passes over people whom it does not know, and counts them as taken: nobody hears of them",
      "set `unknown_users: check` to be told",
    ],
    zh: ["Braze 会跳过其中不存在的人，但仍计为已接收，因此无从得知是哪些人", "设置 `unknown_users: check` 即可得知"],
  },
  look_up: {
    en: ["the API key may ask who is known"],
    zh: ["这个 API 密钥可以查询某人是否存在"],
  },
  look_up_refused: {
    en: [
      "who is known cannot be asked: {reason}",
      "give the key the permission users.export.ids, or set `unknown_users: ignore`",
    ],
    zh: ["无法查询某人是否存在：{reason}", "请给密钥加上 users.export.ids 权限，或设置 `unknown_users: ignore`"],
  },
  group: {
    en: [
      "whether the subscription group exists is not asked",
      "`send --user` one event, and look at that person's profile in Braze: Engagement → Contact Settings",
    ],
    zh: [
      "没有查询订阅组（subscription group）是否存在",
      "请用 `send --user` 发送一个事件，再到 Braze 中查看此人的资料：Engagement → Contact Settings",
    ],
  },
  groups: {
    en: [
      "whether the {count} subscription groups exist is not asked",
      "`send --user` one event, and look at that person's profile in Braze: Engagement → Contact Settings",
    ],
    zh: [
      "没有查询这 {count} 个订阅组（subscription group）是否存在",
      "请用 `send --user` 发送一个事件，再到 Braze 中查看此人的资料：Engagement → Contact Settings",
    ],
  },
});
