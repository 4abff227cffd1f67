/** What looks up a person, or takes persons out of the store: each says so to the witness, behind its answer. */
import type { Config } from "../config/checked-config.ts";
import type { Asked, LedgerFilter, Questions } from "../storage/contract/questions.ts";
import { type AgainstOptions, compareAgainst } from "./against/against.ts";
import { peopleIn } from "./against/report.ts";
import { filterNoted, type Witness } from "./audit/witness.ts";
import { peopleNamed } from "./beginnings.ts";
import { withHolds } from "./deliveries/held.ts";
import { listDeliveries, writeDeadLetters } from "./deliveries/list.ts";
import { traceUser } from "./deliveries/trace.ts";
import type { Known } from "./known.ts";
import { peopleOf } from "./people/look.ts";

/** What is asked, and who is told that it was. */
interface Looking {
  readonly questions: Questions;
  readonly known: Known;
  readonly witness: Pick<Witness, "looked">;
  /** Lists go on until they have found what was asked for. */
  readonly isPatient: boolean;
}

/** Which dead letters are taken out. */
export type ExportFilter = Omit<LedgerFilter, "states">;

type WriteLines = (lines: string) => void | Promise<void>;

/** @param isPatient lists go on until they have found what was asked for */
export function lookingUp(questions: Questions, known: Known, witness: Pick<Witness, "looked">, isPatient: boolean) {
  const looking: Looking = { questions, known, witness, isPatient };
  return {
    trace: (user: string) => traced(looking, user, "search"),
    /** Of each of these, with what it comes to; each is a search, or an export, of that person. */
    people: (users: readonly string[], operation: "search" | "export") =>
      peopleOf(users, (user) => traced(looking, user, operation)),
    follow: (user: string) => followed(looking, user),
    peopleNamed: (beginning: string) => named(looking, beginning),
    deliveries: (filter: LedgerFilter, page: Asked) => listed(looking, filter, page),
    writeDeadLetters: (filter: ExportFilter, redact: (text: string) => string, write: WriteLines) =>
      exported(looking, filter, redact, write),
    noteExport: async (filter: ExportFilter, count: number) => noteExport(witness, filter, count),
    compareAgainst: (config: Config, options: AgainstOptions) => compared(looking, config, options),
  };
}

async function traced({ questions, known, witness }: Looking, user: string, operation: "search" | "export") {
  const events = await traceUser(questions, known, user);
  witness.looked({ operation, person: user, filter: {}, count: events.length });
  return events;
}

/** Asked again and again; only the first is a search that is written down. */
function followed(looking: Looking, user: string) {
  let isNoted = false;
  return async () => {
    if (isNoted) return traceUser(looking.questions, looking.known, user);
    const events = await traced(looking, user, "search");
    isNoted = true;
    return events;
  };
}

async function named({ questions, witness }: Looking, beginning: string) {
  const found = await peopleNamed(questions, beginning);
  const count = found.tag === "several" ? found.candidates.length : found.tag === "one" ? 1 : 0;
  // who begins so is looked up as well
  if (count > 0) witness.looked({ operation: "search", person: beginning, filter: { beginning: true }, count });
  return found;
}

async function listed({ questions, known, witness, isPatient }: Looking, filter: LedgerFilter, page: Asked) {
  const found = await listDeliveries(questions, filter, page, isPatient);
  const { user: person, ...others } = filter;
  const count = found?.entries.length ?? 0;
  if (person !== undefined) witness.looked({ operation: "search", person, filter: filterNoted(others), count });
  return found && { ...found, entries: await withHolds(questions, known, found.entries) };
}

async function exported(
  { questions, witness }: Looking,
  filter: ExportFilter,
  redact: (text: string) => string,
  write: WriteLines,
) {
  return toldExport(
    write,
    (counted) => writeDeadLetters(questions, filter, redact, counted),
    (count) => noteExport(witness, filter, count),
  );
}

/** Tells as many as were handed over, also where it did not come to its end. */
export async function toldExport(
  write: WriteLines,
  writeAll: (write: WriteLines) => Promise<number>,
  tell: (count: number) => unknown,
): Promise<number> {
  let count = 0;
  try {
    return await writeAll(async (lines) => {
      await write(lines);
      count += lines.split("\n").length - 1;
    });
  } finally {
    await tell(count);
  }
}

function noteExport(witness: Looking["witness"], { user, ...others }: ExportFilter, count: number): void {
  const person = user === undefined ? {} : { person: user };
  witness.looked({ operation: "export", ...person, filter: filterNoted(others), count });
}

async function compared({ questions, witness }: Looking, config: Config, options: AgainstOptions) {
  const report = await compareAgainst(questions, config, options);
  const people = report === null ? 0 : peopleIn(report);
  const filter = { check: "against", ...filterNoted({ since: options.since }) };
  if (people > 0) witness.looked({ operation: "export", filter, count: people });
  return report;
}
