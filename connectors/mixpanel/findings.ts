/** What `check --live` can say of Mixpanel. */
import { findingsOf } from "../../src/connector.ts";

export const found = findingsOf("mixpanel_check", {
  unreachable: {
    en: ["{host} cannot be reached: {fault}", "look at the network, the proxy and https://status.mixpanel.com"],
    zh: ["无法连接 {host}：{fault}", "请检查网络、代理和 https://status.mixpanel.com"],
  },
  answers: {
    en: ["{host} answers a request without events (HTTP {status})"],
    zh: ["{host} 应答了一个不含事件的请求（HTTP {status}）"],
  },
  unproven: {
    en: [
      "whether the events arrive in the project that you look at, only one of them shows",
      "`send --user` one event, and look for it within a minute in Mixpanel: Events, or Users → the person",
    ],
    zh: [
      "事件是否到达您所查看的项目，只有真实的事件才能证明",
      "请用 `send --user` 发送一个事件，并在一分钟内到 Mixpanel 中查找：Events，或 Users → 此人",
    ],
  },
  account_refused: {
    en: [
      "{host}: {reason}",
      "compare `region` and `project_id` with Settings → Project Settings → Overview; the account must be Owner or Admin there (Service Accounts); copy its secret again",
    ],
    zh: [
      "{host} 的应答：{reason}",
      "请将 `region` 和 `project_id` 与 Settings → Project Settings → Overview 核对；该服务账号在那里（Service Accounts）的角色必须是 Owner 或 Admin；然后重新复制它的密钥",
    ],
  },
  trouble: {
    en: ["{host}: {reason}", "look at the firewall or proxy, `base_url`, and https://status.mixpanel.com"],
    zh: ["{host} 的应答：{reason}", "请检查防火墙或代理、`base_url`，以及 https://status.mixpanel.com"],
  },
});
