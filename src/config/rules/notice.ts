/** What must hold within a way to people: each kind of chat has its own address, and not every one signs. Pure. */
import type { SettingFault } from "../../connector.ts";
import type { NoticeSettings } from "../schema.ts";

type Kind = NoticeSettings["type"];

const SIGNED: ReadonlySet<Kind> = new Set(["feishu", "dingtalk", "webhook"]);
const WITH_KEYWORD: ReadonlySet<Kind> = new Set(["feishu", "dingtalk"]);

/** Where the bots of each kind are. */
const HOSTS: Readonly<Record<string, Kind>> = {
  "hooks.slack.com": "slack",
  "open.feishu.cn": "feishu",
  "open.larksuite.com": "feishu",
  "oapi.dingtalk.com": "dingtalk",
  "qyapi.weixin.qq.com": "wecom",
};

/** No fault quotes address or secret. */
export function judgeNotice(name: string, { type, url, secret, keyword }: NoticeSettings): SettingFault[] {
  const at = (setting: string) => ({ path: ["notices", name, setting] });
  return [
    ...(secret !== undefined && !SIGNED.has(type)
      ? [{ ...at("secret"), what: `\`${type}\` signs nothing: its address is the secret`, todo: "remove it" }]
      : []),
    ...(secret !== undefined && type === "webhook" && !isStandardSecret(secret)
      ? [{ ...at("secret"), what: "this is no secret of Standard Webhooks", todo: "copy it whole: whsec_ and base64" }]
      : []),
    ...(keyword !== undefined && !WITH_KEYWORD.has(type)
      ? [{ ...at("keyword"), what: `no \`${type}\` asks for a keyword`, todo: "remove it" }]
      : []),
    ...otherKind(name, type, url),
  ];
}

/** Without the = at its end as well: the bytes are the same. */
function isStandardSecret(secret: string): boolean {
  const [, base64 = ""] = /^whsec_([A-Za-z0-9+/]{2,})={0,2}$/.exec(secret) ?? [];
  return base64 !== "" && base64.length % 4 !== 1;
}

/** A message for one kind means nothing to another, which may answer 200 all the same. */
function otherKind(name: string, type: Kind, url: string): SettingFault[] {
  const kind = URL.canParse(url) ? HOSTS[new URL(url).hostname] : undefined;
  if (kind === undefined || kind === type) return [];
  const what = `this is the address of a bot of \`${kind}\``;
  return [
    {
      path: ["notices", name, "type"],
      what,
      todo: `write \`type: ${kind}\`, or copy the other address`,
      severity: "warning",
    },
  ];
}
