/** What people call a choice elsewhere. Pure. */

/** By the word that a setting takes; all in lower case. Chats and languages as they are called in Chinese, regions as their own sites do. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  feishu: ["lark", "larksuite", "飞书", "飛書"],
  dingtalk: ["dingding", "ding", "钉钉", "釘釘"],
  wecom: ["wechat", "weixin", "wework", "wxwork", "qywx", "qyweixin", "企业微信", "企業微信", "微信"],
  zh: ["zh-cn", "zh_cn", "zh-hans", "cn", "chinese", "中文", "简体中文", "汉语"],
  en: ["en-us", "en-gb", "en_us", "english", "英文", "英语"],
  eu: ["eu1", "europe", "eu-west-1", "dublin", "ireland"],
  us: ["usa", "us1", "us-west-2", "america", "oregon"],
};

/** The one of the choices that goes by another name elsewhere, or undefined. */
export function calledElsewhere(word: string, choices: readonly string[]): string | undefined {
  const plain = word.trim().toLowerCase();
  return choices.find((choice) => Object.hasOwn(OTHER_NAMES, choice) && OTHER_NAMES[choice]?.includes(plain));
}
