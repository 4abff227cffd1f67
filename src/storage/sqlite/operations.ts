/** All operations of a SQLite store, without their transactions. */
import { alarmOperations } from "./alarms.ts";
import { askingOperations } from "./asking.ts";
import { auditOperations } from "./audit.ts";
import { carryingOperations } from "./carrying.ts";
import { openAllClaims } from "./claims.ts";
import { clockOperations } from "./clocks.ts";
import type { Context, Operations } from "./context.ts";
import { editingOperations } from "./editing.ts";
import { intakeOperations } from "./intake.ts";
import { letterOperations } from "./letters.ts";
import { planOperations } from "./plans/plans.ts";
import { pruningOperations } from "./pruning/pruning.ts";
import { quarantineOperations } from "./quarantine.ts";
import { registeringOperations } from "./registering.ts";
import { repairingOperations } from "./repairing.ts";
import { rereadingOperations } from "./rereading.ts";
import { retryingOperations } from "./retrying.ts";
import { healOperations } from "./roster/heal.ts";
import { rosterOperations } from "./roster/keeping.ts";
import { siftingOperations } from "./roster/merging.ts";
import { missingOperations } from "./roster/missing.ts";
import { pageOperations } from "./roster/pages.ts";
import { passOperations } from "./roster/passes.ts";
import type { Scratches } from "./roster/scratch.ts";
import { wishOperations } from "./roster/wishes.ts";
import { routingOperations } from "./routing.ts";
import { sampleOperations } from "./samples.ts";
import { presenceOperations } from "./serving-bridges.ts";
import { settlingOperations } from "./settling.ts";
import { statusOperations } from "./status.ts";
import { takingOperations } from "./taking.ts";
import { takingInOperations } from "./taking-in.ts";

export function sqliteOperations(context: Context, scratches: Scratches): Operations {
  const claims = openAllClaims();
  const intake = intakeOperations(context, claims);
  const routing = routingOperations(context, claims);
  const taking = takingOperations(context, claims);
  return {
    ...intake,
    ...routing,
    ...taking,
    ...carryingOperations({ ...intake, ...routing, ...taking }),
    ...quarantineOperations(context),
    ...clockOperations(context),
    ...registeringOperations(context),
    ...settlingOperations(context, claims),
    ...letterOperations(context),
    ...askingOperations(context),
    ...statusOperations(context),
    ...repairingOperations(context, claims),
    ...rereadingOperations(context, claims),
    ...retryingOperations(context),
    ...planOperations(context, claims),
    ...editingOperations(context),
    ...takingInOperations(context),
    ...auditOperations(context),
    ...presenceOperations(context),
    ...alarmOperations(context),
    ...sampleOperations(context),
    ...rosterOperations(context),
    ...wishOperations(context),
    ...passOperations(context, scratches),
    ...pageOperations(context, scratches),
    ...siftingOperations(context, scratches),
    ...missingOperations(context),
    ...healOperations(context),
    ...pruningOperations(context, scratches),
    reserve() {
      throw new Error("this store belongs to one machine, which keeps its rates itself");
    },
  };
}
