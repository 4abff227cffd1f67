/** Credentials as consoles and pages hand them out: with a label, a header or a variable's name before them. Pure; shows no value. */
import type { Oddity } from "./damage.ts";

/** What stands around the credential, most particular first. */
const FORMS: readonly (readonly [form: RegExp, what: string, todo: string])[] = [
  [
    /^["']?(?:proxy-)?authorization["']?\s*[:：=]/i,
    "begins with the name of a header, Authorization",
    "keep only what stands behind Bearer",
  ],
  [
    /^(?:bearer|basic)\s+\S/i,
    "begins with the word Bearer or Basic, which belongs to the header and not to the credential",
    "keep only what stands behind that word",
  ],
  [
    /^(?:export|set|setx|\$env:\w+\s*=)\s/i,
    "is a line for a shell",
    "keep only what stands behind the name and its equals sign, without quotes around it",
  ],
  [
    /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\s*=\s*\S/,
    "begins with the name of a variable and an equals sign",
    "keep only what stands behind the equals sign",
  ],
  [
    /^(?:file:\/*)?(?:\.{0,2}\/|[A-Za-z]:\\)(?:[\w.-]+[\\/])+[\w.-]+$|^file:\S+$/,
    "is the path of a file",
    "write { file: path } for what stands in it",
  ],
  [/[•●∙]{3,}/, "is hidden in part, as a page shows it", "copy the whole, or have another one made"],
  [/^[{[]\s*["']/, "is JSON, or a part of it", "keep only the credential itself, without braces, names and quotes"],
  [/^-----BEGIN /, "is a certificate or a key of another kind", "copy the token or the secret from the console"],
  [
    // a credential has no blanks: without one it may be the whole
    /^(?=.*[\s：])[\p{L}\p{N} _-]{0,30}(?:token|key|secret|password|密钥|密鑰|令牌|密码|密碼)[\p{L} _-]{0,12}\s*[:：]\s*\S/iu,
    "begins with a label and a colon",
    "keep only what stands behind the colon",
  ],
];

/** Why a text is more than the credential; undefined where it may well be the whole. */
export function pastedForm(text: string): Oddity | undefined {
  const found = FORMS.find(([form]) => form.test(text.trim()));
  return found && { what: found[1], todo: found[2] };
}
