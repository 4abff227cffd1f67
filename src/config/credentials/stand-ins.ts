/** What stands in a credential's place: an example's words, the part that a page shows. Pure; shows no value. */
import type { Oddity } from "./damage.ts";

const FORMS: readonly (readonly [form: RegExp, what: string, todo: string])[] = [
  [
    /[*•●∙]{3,}|…|\.{3}$/,
    "looks like the part of a credential that a page shows",
    "copy the whole, or have another one made",
  ],
  [
    /^(?:x{4,}|(?:change|replace|insert|enter|fill|put)[-_ ]?(?:me|this|it|in|here)?|todo|tbd|n\/?a|none|null|undefined|example|placeholder|dummy|your[-_ ].*|.*[-_ ](?:goes|comes)?[-_ ]?here|你的.*|请填写.*|待填写?)$/i,
    "looks like an example's words",
    "write the one that the console gives out",
  ],
  [/[;,]$/, "ends with a semicolon or a comma", "remove it, unless it belongs to the credential"],
];

/** Why a text is hardly the credential itself, though it may be; undefined where nothing is odd about it. */
export function standInOf(text: string): Oddity | undefined {
  const found = FORMS.find(([form]) => form.test(text.trim()));
  return found && { what: found[1], todo: found[2] };
}
