/** Every metric there is. */
import type { MetricDefinition } from "../definition.ts";
import { ALARMS } from "./alarms.ts";
import { BRIDGE } from "./bridge.ts";
import { DELIVERY } from "./delivery.ts";
import { INTAKE } from "./intake.ts";
import { RECONCILING } from "./reconciling.ts";

export const ALL: readonly MetricDefinition[] = [...BRIDGE, ...INTAKE, ...DELIVERY, ...ALARMS, ...RECONCILING];
