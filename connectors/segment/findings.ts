/** What `check --live` can say of Segment, and of servers that speak as it does. */
import { findingsOf } from "../../src/connector.ts";

export const found = findingsOf("segment_check", {
  unreachable: {
    en: ["{origin} cannot be reached: {fault}", "look at the network, the proxy and https://status.segment.com"],
    zh: ["无法连接 {origin}：{fault}", "请检查网络、代理和 https://status.segment.com"],
  },
  unreachable_host: {
    en: ["{origin} cannot be reached: {fault}", "compare `host` with what the server's own settings page says"],
    zh: ["无法连接 {origin}：{fault}", "请将 `host` 与该服务器自己的设置页面核对"],
  },
  page: {
    en: ["{origin} answers {meaning} ({message})", "let this machine through, or look at `host`; then check again"],
    zh: ["{origin} 的应答是 {meaning}（{message}）", "请放行这台机器，或检查 `host`；然后再检查一次"],
  },
  empty_page: {
    en: ["{origin} answers {meaning} (an empty page)", "let this machine through, or look at `host`; then check again"],
    zh: ["{origin} 的应答是 {meaning}（空白页面）", "请放行这台机器，或检查 `host`；然后再检查一次"],
  },
  key_refused: {
    en: [
      "{origin} refuses the write key (HTTP {status})",
      "copy the write key of the source again: Connections → Sources → your source → Settings → API Keys",
    ],
    zh: [
      "{origin} 拒绝了写入密钥（write key，HTTP {status}）",
      "请重新复制该来源的写入密钥：Connections → Sources → 您的来源 → Settings → API Keys",
    ],
  },
  answers: {
    en: ["{url} answers a batch without events (HTTP {status})"],
    zh: ["{url} 应答了一个不含事件的批次（HTTP {status}）"],
  },
  odd: {
    en: ["{url} answers HTTP {status}", "look at the network, the proxy and https://status.segment.com"],
    zh: ["{url} 的应答是 HTTP {status}", "请检查网络、代理和 https://status.segment.com"],
  },
  odd_host: {
    en: ["{url} answers HTTP {status}", "compare `host` with what the server's own settings page says"],
    zh: ["{url} 的应答是 HTTP {status}", "请将 `host` 与该服务器自己的设置页面核对"],
  },
  unproven: {
    en: [
      "Segment's answer proves neither the write key nor that the workspace lives in region {region}: a wrong one is answered 200 as well, and every event is dropped without a word",
      "compare `region` with Settings → Workspace Settings → General in Segment; then `send --user` one event, and look for it within a minute in Connections → Sources → your source → Debugger: is it not there, the region or the key is wrong",
    ],
    zh: [
      "Segment 的应答既不能证明写入密钥正确，也不能证明工作区在区域 {region}：填错了同样会应答 200，而所有事件都会被悄悄丢弃",
      "请将 `region` 与 Segment 中的 Settings → Workspace Settings → General 核对；然后用 `send --user` 发送一个事件，并在一分钟内到 Connections → Sources → 您的来源 → Debugger 中查找：如果没有，就是区域或密钥填错了",
    ],
  },
});
