/**
 * What stores keep as words alone, without a code: recognised by their form, and said in the reader's language. What is not recognised
 * stays as it was written. Pure.
 */
import type { Language } from "./languages.ts";

/** @param words as they are kept, in English */
export function keptIn(words: string, language: Language): string {
  return language === "en" ? words : (filled(words) ?? faultInChinese(words) ?? words);
}

/** Why people are held (`whyHeld`), and what connectors note of an answer. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^the account had (\d+) subscribers, and has none$/, "该公众号原有 $1 名订阅者，现在为 0"],
  [/^(\d+) are missing within a day, more than (\d+)$/, "一天内缺失 $1 人，超过上限 $2 人"],
  [/^(\d+) of (\d+) are missing within a day, more than ([\d.]+) %$/, "一天内 $2 人中缺失 $1 人，超过 $3%"],
  [/^contact (\d+)$/, "联系人 $1"],
  [/^accepted \((\d+)\)$/, "已接收（$1）"],
];

function filled(words: string): string | undefined {
  const found = FORMS.find(([form]) => form.test(words));
  return found === undefined ? undefined : words.replace(...found);
}

const EXPECTED = new Map([
  ["milliseconds since 1970", " 1970 年以来的毫秒数"],
  ["milliseconds since 1970 as an integer", "整数，即 1970 年以来的毫秒数"],
  ["a string", "文本"],
  ["an object", "对象"],
  ["an array", "数组"],
  ["an id", " ID"],
  ["well-formed Unicode", "格式正确的 Unicode"],
  ["a JSON object in UTF-8", " UTF-8 编码的 JSON 对象"],
]);

const GOT = new Map([
  ["null", " null"],
  ["an array", "数组"],
  ["an object", "对象"],
  ["a string", "文本"],
  ["a number", "数字"],
  ["a boolean", "布尔值"],
  ["an empty string", "空文本"],
  ["another number", "其他数字"],
  ["a negative number", "负数"],
  ["what seems to be seconds", "秒数（看起来如此）"],
  ["a time more than 10 minutes ahead of our clock", "比本机时钟快 10 分钟以上的时间"],
  ["a lone surrogate", "不成对的代理字符"],
]);

/** `EventTime: expected milliseconds since 1970, got a string`: why a callback is in quarantine. */
function faultInChinese(words: string): string | undefined {
  const [, field, expected = "", got] = /^([\w.[\]]+): expected (.+?)(?:, got (.+))?$/.exec(words) ?? [];
  if (field === undefined) return undefined;
  if (got === "nothing") return `缺少 ${field}`;
  const bytes = /^at most (\d+) bytes$/.exec(expected)?.[1];
  if (bytes !== undefined) return `${field}：最多 ${bytes} 字节`;
  if (expected === "no control characters") return `${field}：不能含有控制字符`;
  const [wanted, found] = [EXPECTED.get(expected), got === undefined ? "" : GOT.get(got)];
  if (wanted === undefined || found === undefined) return undefined;
  return `${field}：应为${wanted}${found && `，实际为${found}`}`;
}
