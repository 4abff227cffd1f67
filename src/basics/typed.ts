import { shown } from "./text.ts";

/** A command as it is typed where the bridge runs: `resume crm` becomes `npx bun@1.4.5 run bridge resume crm`. */
export type Typed = (command: string) => string;

/** Where nobody has said what the program is called there. */
export const typedPlainly: Typed = (command) => `unsub-bridge ${command}`;

/** A word of a command that a shell takes for this one word, whatever is in it. */
export function quotedForShell(foreign: string): string {
  const text = shown(foreign);
  return /^[\w@./-][\w@#./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
