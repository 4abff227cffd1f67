/** What `check --live` can say of a receiver. */
import { findingsOf } from "../../src/connector.ts";

export const found = findingsOf("webhook_check", {
  answers: {
    en: ["{url} answers (OPTIONS: HTTP {status}); whether it takes an event, only a real one shows"],
    zh: ["{url} 有应答（OPTIONS：HTTP {status}）；能否接收事件，只有真实的事件才能证明"],
  },
  redirects: {
    en: [
      "{url} answers (OPTIONS: HTTP {status}) with a redirect, which is not followed",
      "set `url` to the final address",
    ],
    zh: ["{url} 应答了重定向（OPTIONS：HTTP {status}），本程序不会跟随", "请把 `url` 设为最终的地址"],
  },
  redirects_to: {
    en: [
      "{url} answers (OPTIONS: HTTP {status}) with a redirect, which is not followed",
      "set `url` to the final address: {location}",
    ],
    zh: ["{url} 应答了重定向（OPTIONS：HTTP {status}），本程序不会跟随", "请把 `url` 设为最终的地址：{location}"],
  },
  trouble: {
    en: ["{url} answers (OPTIONS: HTTP {status})", "ask the receiver whether it is well"],
    zh: ["{url} 有应答（OPTIONS：HTTP {status}）", "请向接收方确认它是否正常"],
  },
  unreachable: {
    en: ["{url} cannot be reached: {fault}", "mend that, or correct `url`"],
    zh: ["无法连接 {url}：{fault}", "请排除这个问题，或更正 `url`"],
  },
  signed: {
    en: ["requests are signed; only a real event shows whether the receiver knows the secret"],
    zh: ["请求带有签名；接收方是否持有同一个密钥，只有真实的事件才能证明"],
  },
  signed_twice: {
    en: ["requests are signed with two secrets; only a real event shows whether the receiver knows the secret"],
    zh: ["请求用两个密钥签名；接收方是否持有其中的密钥，只有真实的事件才能证明"],
  },
  unsigned: {
    en: ["requests are not signed", "set `secret`"],
    zh: ["请求没有签名", "请设置 `secret`"],
  },
});
