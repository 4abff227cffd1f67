/** All operations of a PostgreSQL store. */
import { alarmOperations } from "./alarms.ts";
import { askingOperations } from "./asking.ts";
import { auditOperations } from "./audit.ts";
import { carryingOperations } from "./carrying.ts";
import { clockOperations } from "./clocks.ts";
import type { Context, Operations } from "./context.ts";
import { countingOperations } from "./counting.ts";
import { editingOperations } from "./editing.ts";
import { expandingOperations } from "./expanding.ts";
import { intakeOperations } from "./intake.ts";
import { letterOperations } from "./letters.ts";
import { watchNumbers } from "./numbers.ts";
import { permitOperations } from "./permits.ts";
import { planOperations } from "./plans/plans.ts";
import { pruningOperations } from "./pruning.ts";
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
import { wishOperations } from "./roster/wishes.ts";
import { routingOperations } from "./routing.ts";
import { sampleOperations } from "./samples.ts";
import { presenceOperations } from "./serving-bridges.ts";
import { settlingOperations } from "./settling.ts";
import { takingOperations } from "./taking.ts";
import { takingInOperations } from "./taking-in.ts";

export function postgresOperations(context: Context): Operations {
  const expectHigher = watchNumbers();
  return {
    ...intakeOperations(context),
    ...clockOperations(context),
    ...expandingOperations(context, expectHigher),
    ...registeringOperations(context),
    ...routingOperations(context),
    ...takingOperations(context),
    ...carryingOperations(context, expectHigher),
    ...settlingOperations(context),
    ...permitOperations(context),
    ...letterOperations(context),
    ...askingOperations(context),
    ...countingOperations(context),
    ...repairingOperations(context),
    ...rereadingOperations(context),
    ...quarantineOperations(context),
    ...retryingOperations(context),
    ...planOperations(context),
    ...editingOperations(context),
    ...takingInOperations(context),
    ...auditOperations(context),
    ...presenceOperations(context),
    ...alarmOperations(context),
    ...sampleOperations(context),
    ...rosterOperations(context),
    ...wishOperations(context),
    ...passOperations(context),
    ...pageOperations(context),
    ...siftingOperations(context),
    ...missingOperations(context),
    ...healOperations(context),
    ...pruningOperations(context),
  };
}
