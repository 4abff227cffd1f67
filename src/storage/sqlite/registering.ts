/** Connectors become known, are renamed, and are cured by other settings. */
import { READY, type Registration } from "../contract/connectors.ts";
import { planRegistrations, type RegistrationStep } from "../rules/registering.ts";
import { stateColumns } from "../rules/rows.ts";
import type { Context, Operations } from "./context.ts";

export function registeringOperations({ all, one, run, now }: Context): Pick<Operations, "register"> {
  function insert({ registration, origin, past, startsAt }: Extract<RegistrationStep, { tag: "insert" }>): void {
    const { name, type, writes, destination, fingerprint } = registration;
    const cursor = past ? 0 : Number(one("SELECT max(seq) AS seq FROM events")?.seq ?? 0);
    run(
      `INSERT INTO connectors (name, origin, type, writes, destination, fingerprint, cursor, starts_at, state, version,
         since, clock, clock_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?, 0, ?, ?)`,
      ...[name, origin, type, writes, destination, fingerprint, cursor, startsAt, JSON.stringify(READY)],
      ...[now(), now(), now()],
    );
  }

  function update({ name, writes, destination, fingerprint }: Registration): void {
    run(
      `UPDATE connectors SET writes = ?, destination = ?, differing = CASE fingerprint WHEN ? THEN differing END,
         fingerprint = ?, seen_at = ? WHERE name = ?`,
      ...[writes, destination, fingerprint, fingerprint, now(), name],
    );
  }

  function cure({ name }: Registration): void {
    run(
      "UPDATE connectors SET state = ?, put_off = ?, version = version + 1, since = ?, probe_at = NULL WHERE name = ?",
      ...[...stateColumns(READY), now(), name],
    );
  }

  function write(step: RegistrationStep): void {
    switch (step.tag) {
      case "rename":
        run("UPDATE connectors SET name = ? WHERE name = ?", step.to, step.from);
        return;
      case "insert":
        insert(step);
        return;
      case "update":
        update(step.registration);
        if (step.cured) cure(step.registration);
    }
  }

  return {
    register(registrations) {
      const rows = all("SELECT * FROM connectors ORDER BY id");
      const { steps, report } = planRegistrations(registrations, rows);
      for (const step of steps) write(step);
      return report(new Map(rows.map(({ origin, waiting }) => [String(origin), Number(waiting)])));
    },
  };
}
