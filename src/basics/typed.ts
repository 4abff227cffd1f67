/** A command as it is typed where the bridge runs: `resume crm` becomes `npx bun@1.4.5 run bridge resume crm`. */
export type Typed = (command: string) => string;

/** Where nobody has said what the program is called there. */
export const typedPlainly: Typed = (command) => `unsub-bridge ${command}`;
