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

/** @param isPatient lists go on until they have found what was asked for */
export function lookingUp(questions: Questions, known: Known, witness: Pick<Witness, "looked">, isPatient: boolean) {
  return {
    async trace(user: string) {
      const events = await traceUser(questions, known, user);
      witness.looked({ operation: "search", person: user, filter: {}, count: events.length });
      return events;
    },
    /** Of each of these, with what it comes to; each is a search, or an export, of that person. */
    people(users: readonly string[], operation: "search" | "export") {
      return peopleOf(users, async (user) => {
        const events = await traceUser(questions, known, user);
        witness.looked({ operation, person: user, filter: {}, count: events.length });
        return events;
      });
    },
    follow(user: string) {
      let isNoted = false;
      return async () => {
        const events = await traceUser(questions, known, user);
        if (!isNoted) witness.looked({ operation: "search", person: user, filter: {}, count: events.length });
        isNoted = true;
        return events;
      };
    },
    async peopleNamed(beginning: string) {
      const found = await peopleNamed(questions, beginning);
      const count = found.tag === "several" ? found.candidates.length : found.tag === "one" ? 1 : 0;
      // who begins so is looked up as well
      if (count > 0) witness.looked({ operation: "search", person: beginning, filter: { beginning: true }, count });
      return found;
    },
    async deliveries(filter: LedgerFilter, page: Asked) {
      const found = await listDeliveries(questions, filter, page, isPatient);
      const { user: person, ...others } = filter;
      const count = found?.entries.length ?? 0;
      if (person !== undefined) witness.looked({ operation: "search", person, filter: filterNoted(others), count });
      return found && { ...found, entries: await withHolds(questions, known, found.entries) };
    },
    async writeDeadLetters(
      filter: Omit<LedgerFilter, "states">,
      redact: (text: string) => string,
      write: (lines: string) => void | Promise<void>,
    ) {
      let count = 0;
      const { user, ...others } = filter;
      try {
        return await writeDeadLetters(questions, filter, redact, async (lines) => {
          await write(lines);
          count += lines.split("\n").length - 1;
        });
      } finally {
        const person = user === undefined ? {} : { person: user };
        witness.looked({ operation: "export", ...person, filter: filterNoted(others), count });
      }
    },
    async compareAgainst(config: Config, options: AgainstOptions) {
      const report = await compareAgainst(questions, config, options);
      const people = report === null ? 0 : peopleIn(report);
      const filter = { check: "against", ...filterNoted({ since: options.since }) };
      if (people > 0) witness.looked({ operation: "export", filter, count: people });
      return report;
    },
  };
}
