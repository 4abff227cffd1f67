/** What people call a choice, or a setting, elsewhere. Pure. */

/** By the word that a setting takes; all in lower case. Chats, languages and places as they are called in Chinese, regions as their own sites do. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  feishu: ["lark", "larksuite", "飞书", "飛書"],
  dingtalk: ["dingding", "ding", "钉钉", "釘釘"],
  wecom: ["wechat", "weixin", "wework", "wxwork", "qywx", "qyweixin", "企业微信", "企業微信", "微信"],
  zh: ["zh-cn", "zh_cn", "zh-hans", "cn", "chinese", "中文", "简体中文", "汉语"],
  en: ["en-us", "en-gb", "en_us", "english", "英文", "英语"],
  eu: ["eu1", "europe", "eu-west-1", "dublin", "ireland", "欧洲", "歐洲"],
  us: ["usa", "us1", "us-west-2", "america", "oregon", "美国", "美國"],
  in: ["india", "ind", "印度"],
  china: ["cn", "mainland", "中国", "中國", "国内"],
  singapore: ["sg", "sgp", "新加坡"],
  seoul: ["kr", "korea", "首尔", "首爾", "韩国"],
  tokyo: ["jp", "japan", "东京", "東京", "日本"],
  frankfurt: ["de", "eu", "germany", "europe", "法兰克福", "德国"],
  silicon_valley: ["us", "usa", "america", "硅谷", "矽谷", "美国"],
  jakarta: ["id", "indonesia", "雅加达", "印尼"],
  mumbai: ["in", "india", "孟买", "印度"],
  unsubscribed: ["unsub", "退订", "退訂", "取消订阅", "取消关注"],
  subscribed: ["sub", "订阅", "訂閱", "关注"],
  delivered: ["ok", "success", "succeeded", "done", "sent", "成功"],
  accepted: ["queued", "taken"],
  unmatched: ["unknown", "missing", "not_found", "not found", "notfound"],
  rejected: ["fail", "failed", "failure", "error", "refused", "invalid", "失败"],
  retry: ["again", "later", "try_again", "重试"],
  create: ["make", "insert", "upsert", "add"],
  ignore: ["skip", "drop", "忽略"],
  deliver: ["send"],
  seen: ["all", "any", "*", "auto", "全部"],
  operator: ["admin", "administrator", "editor", "write", "管理员"],
  viewer: ["reader", "read", "readonly", "read-only", "guest"],
  metrics: ["prometheus"],
  warn: ["warning"],
  error: ["err", "fatal"],
  debug: ["trace", "verbose"],
  hex: ["hexadecimal", "base16"],
  base64: ["b64"],
  forever: ["unlimited", "infinite", "always", "永远", "永久", "永遠"],
  never: ["off", "no", "false", "none", "disabled", "从不", "永不", "關", "关", "关闭"],
  any: ["on", "yes", "true", "all", "任何"],
  false: ["off", "no", "0", "none", "disabled", "never", "否", "关", "關", "关闭"],
};

/** The one of the choices that goes by another name elsewhere, or undefined. */
export function calledElsewhere(word: string, choices: readonly string[]): string | undefined {
  const plain = word.trim().toLowerCase();
  return choices.find((choice) => Object.hasOwn(OTHER_NAMES, choice) && OTHER_NAMES[choice]?.includes(plain));
}

/** Names that programs have for one thing, ours among them. Of each at most one is meant: the first that is known where it stands. */
const SAME: readonly (readonly string[])[] = [
  ["except", "exclude", "excluding", "without", "unless"],
  ["only", "include", "filter", "filters"],
  ["url", "endpoint", "instance_url", "base_url", "host", "address", "uri", "link", "webhook_url"],
  ["access_token", "api_key", "write_key", "secret_key", "bearer", "token", "api_token", "secret", "key", "password"],
  ["secret", "password", "private_key", "key"],
  ["bearer", "token"],
  ["oauth2_client_credentials", "oauth", "oauth2", "client_credentials"],
  ["username", "user", "login"],
  ["field", "property", "column"],
  ["property", "field", "attribute"],
  ["set", "attributes", "properties", "fields", "traits", "props"],
  ["match", "lookup", "find", "identify"],
  ["where", "when", "if"],
  ["means", "outcome", "result"],
  ["answers", "responses", "rules"],
  ["at", "path"],
  ["rate", "rate_limit", "ratelimit", "qps", "rps", "limit"],
  ["concurrency", "parallel", "workers", "threads"],
  ["give_up_after", "max_age", "ttl", "timeout"],
  ["max_delay", "max_interval", "backoff"],
  ["language", "lang", "locale"],
  ["user_id", "distinct_id", "external_id", "id", "uid", "openid"],
  ["official_account", "account"],
  ["subscription_groups", "groups"],
  ["operator", "admin", "actor"],
  ["app", "apps", "sdk_app_id"],
  ["name", "label", "title"],
  ["enabled", "active", "on"],
  ["start", "since", "from", "begin"],
  ["was", "formerly", "old_name", "renamed_from"],
  ["to", "recipients", "notify", "channels"],
];

/**
 * The setting that was meant by a name of other programs, or by a part of its own: `token` for `access_token`, `undelivered` for
 * `undelivered_after`. Undefined where none was, or several could be.
 */
export function settingCalledElsewhere(name: string, known: readonly string[]): string | undefined {
  const plain = name
    .toLowerCase()
    .slice(0, 64)
    .replace(/[-\s]+/g, "_");
  const isPartOf = (one: string) => `_${one}_`.includes(`_${plain}_`) || (plain.length > 3 && one.startsWith(plain));
  const parts = known.filter(isPartOf);
  if (parts.length === 1) return parts[0];
  const same = SAME.filter((names) => names.includes(plain)).flat();
  return known.find((one) => one !== name && same.includes(one));
}

/** What belongs somewhere else when it stands at the top of the file, and where. */
const BELOW_A_CONNECTOR = ["events", "only", "except", "start", "retry", "timeout", "rate", "concurrency", "enabled"];

/** Where a name belongs that the top of the file does not know; undefined where nobody can tell. */
export function placeMeant(name: string): string | undefined {
  if (BELOW_A_CONNECTOR.includes(name)) return "it belongs below each connector that it is meant for";
  if (/^tests?$/.test(name)) return "tests stand in files of their own: tests/*.yaml beside this one";
  return undefined;
}
