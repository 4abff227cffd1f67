/** What `check --live` can say of an API. */
import { findingsOf } from "../../src/connector.ts";

export const found = findingsOf("http_check", {
  unchecked: {
    en: [
      "only a real event shows whether the credentials are right",
      "set `check` to an address that tells so and changes nothing",
    ],
    zh: ["凭据是否正确，只有真实的事件才能证明", "请将 `check` 设为一个能验证凭据、又不会改动任何数据的地址"],
  },
  answers: {
    en: ["{url} answers HTTP {status}"],
    zh: ["{url} 的应答是 HTTP {status}"],
  },
  refused_by_page: {
    en: [
      "{url} answers HTTP {status}{quoted}",
      "a page answers: let this machine through the firewall or proxy, or correct `check.url`",
    ],
    zh: ["{url} 的应答是 HTTP {status}{quoted}", "应答的是一个网页：请让防火墙或代理放行这台机器，或更正 `check.url`"],
  },
  refused: {
    en: ["{url} answers HTTP {status}{quoted}", "correct the credentials under `auth`, or their rights over there"],
    zh: ["{url} 的应答是 HTTP {status}{quoted}", "请更正 `auth` 中的凭据，或它们在目标系统中的权限"],
  },
  page: {
    en: [
      "{url} answers HTTP {status}, with a page for people{quoted}",
      "correct `check.url`, or `check.status` where that is its answer when all is well",
    ],
    zh: [
      "{url} 的应答是 HTTP {status}，内容是给人看的网页{quoted}",
      "请更正 `check.url`；如果这就是一切正常时的应答，请更正 `check.status`",
    ],
  },
  other_status: {
    en: [
      "{url} answers HTTP {status}, and not {expected}{quoted}",
      "correct `check.url`, or `check.status` where that is its answer when all is well",
    ],
    zh: [
      "{url} 的应答是 HTTP {status}，而不是 {expected}{quoted}",
      "请更正 `check.url`；如果这就是一切正常时的应答，请更正 `check.status`",
    ],
  },
  reached: {
    en: ["{origin} answers (OPTIONS: HTTP {status})"],
    zh: ["{origin} 有应答（OPTIONS：HTTP {status}）"],
  },
  in_trouble: {
    en: ["{origin} answers (OPTIONS: HTTP {status})", "ask whoever runs it whether it is well"],
    zh: ["{origin} 有应答（OPTIONS：HTTP {status}）", "请向运行它的人确认它是否正常"],
  },
  token_refused: {
    en: [
      "no token: {fault}",
      "correct what it refuses: client id and secret, where they stand (`credentials_in`), `scope`, or their rights over there",
    ],
    zh: [
      "没有取得令牌：{fault}",
      "请更正它所拒绝的内容：客户端 ID 和密钥、它们的位置（`credentials_in`）、`scope`，或它们在目标系统中的权限",
    ],
  },
  no_token: {
    en: ["no token: {fault}", "mend that, or correct `token_url`"],
    zh: ["没有取得令牌：{fault}", "请排除这个问题，或更正 `token_url`"],
  },
  unasked: {
    en: ["{url} cannot be asked: {fault}", "mend that, or correct `{setting}`"],
    zh: ["无法查询 {url}：{fault}", "请排除这个问题，或更正 `{setting}`"],
  },
});
