/** Every command of the command line. Its file is loaded when it is typed: a bridge that serves has none of the others in memory. */
import type { Option } from "commander";
import type { Cli } from "./cli.ts";

/** Adds one command, or several, to the program. */
export type AddCommand = (cli: Cli) => void;

interface CommandFile {
  /** The commands that it adds. */
  readonly names: readonly string[];
  readonly load: () => Promise<AddCommand>;
}

/** In the order in which `--help` lists them. */
export const COMMAND_FILES: readonly CommandFile[] = [
  { names: ["init"], load: async () => (await import("./commands/init.ts")).addInit },
  { names: ["check"], load: async () => (await import("./commands/check.ts")).addCheck },
  { names: ["preview"], load: async () => (await import("./commands/preview.ts")).addPreview },
  { names: ["sandbox"], load: async () => (await import("./commands/sandbox.ts")).addSandbox },
  { names: ["serve"], load: async () => (await import("./commands/serve.ts")).addServe },
  { names: ["send"], load: async () => (await import("./commands/send.ts")).addSend },
  { names: ["status"], load: async () => (await import("./commands/status.ts")).addStatus },
  { names: ["trace"], load: async () => (await import("./commands/trace.ts")).addTrace },
  { names: ["deliveries"], load: async () => (await import("./commands/deliveries.ts")).addDeliveries },
  { names: ["dead-letters"], load: async () => (await import("./commands/dead-letters.ts")).addDeadLetters },
  { names: ["quarantine"], load: async () => (await import("./commands/quarantine.ts")).addQuarantine },
  { names: ["callbacks"], load: async () => (await import("./commands/callbacks.ts")).addCallbacks },
  { names: ["pause", "resume", "retry"], load: async () => (await import("./commands/control.ts")).addControl },
  { names: ["alerts"], load: async () => (await import("./commands/alerts.ts")).addAlerts },
  { names: ["audit"], load: async () => (await import("./commands/audit.ts")).addAudit },
  { names: ["chat"], load: async () => (await import("./commands/chat.ts")).addChat },
  { names: ["reconcile"], load: async () => (await import("./commands/reconcile.ts")).addReconcile },
  { names: ["console"], load: async () => (await import("./commands/console.ts")).addConsole },
  { names: ["backup"], load: async () => (await import("./commands/backup.ts")).addBackup },
  { names: ["restore"], load: async () => (await import("./commands/backup.ts")).addRestore },
  { names: ["migrate"], load: async () => (await import("./commands/migrate.ts")).addMigrate },
];

/**
 * What adds the command that is typed; what adds all of them where none of ours is, for they are listed, or looked through for
 * what was meant.
 * @param args as typed
 * @param options of the program, which may stand before its command
 */
export async function commandsFor(args: readonly string[], options: readonly Option[]): Promise<AddCommand[]> {
  const typed = commandIn(args, options);
  const meant = COMMAND_FILES.filter(({ names }) => typed !== undefined && names.includes(typed));
  return Promise.all((meant.length > 0 ? meant : COMMAND_FILES).map(({ load }) => load()));
}

/** The first argument that is neither an option nor what an option takes. */
function commandIn(args: readonly string[], options: readonly Option[]): string | undefined {
  const takesNext = (arg: string) =>
    options.some(({ required, short, long }) => required && [short, long].includes(arg));
  return args.find((arg, index) => !arg.startsWith("-") && !takesNext(args[index - 1] ?? ""));
}
