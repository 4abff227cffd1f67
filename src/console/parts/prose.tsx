/** @jsxImportSource preact */
/** Sentences in which commands and settings stand in backticks. */

export function prose(text: string) {
  // a backtick that has no other stays
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 === 0 ? part : <code>{part}</code>));
}
