/** Which templates let through what others have written: user ids, names of accounts, whatever a client sends. Pure. */

/** Variables of which a stranger chooses the text. The others are ours, or Chat's own numbers and times. */
const FOREIGN = /\b(user_id|official_account|operator|platform|client_ip)\b/;

/** Outputs that escape all of it: nothing is left but letters, digits and % - _ . ~ + =. */
const ESCAPED = /\{\{-?[^{}]*\|\s*(url_encode|base64_encode)\s*-?\}\}/g;

/** Filters that take an escape back, wherever the text came from. */
const DECODES = /\|\s*(url_decode|base64_decode)\b/;

/** Whether foreign text comes through as it is. */
export function letsForeignThrough(template: string): boolean {
  if (DECODES.test(template)) return FOREIGN.test(template);
  const rest = template.replace(ESCAPED, "");
  return [...rest.matchAll(/\{\{.*?\}\}|\{%.*?%\}/gs)].some(([tag]) => FOREIGN.test(tag));
}

/** Whether it holds a variable at all. */
export function isFilledIn(template: string): boolean {
  return /\{[{%]/.test(template);
}
