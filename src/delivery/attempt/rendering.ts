/**
 * What the templates of one connector cost. All connectors and the intake share one thread, so the costly ones are rendered before
 * a batch is handed over: each delivery within a limit, the batch within another, with a breath for the others in between. What
 * is too slow is tried again like any other trouble; where that comes again and again the connector is held, not the process.
 */

import { sleep } from "../../basics/waiting.ts";
import { openTemplates } from "../../config/templates/prepared-templates.ts";
import { type Delivery, type Outcome, type Reason, type Render, retry, sentence } from "../../connector.ts";
import { type Unsent, unsent } from "../answer.ts";
import { openSlowness } from "./slowness.ts";

/** What became of a batch before it was handed over. */
export interface Prepared {
  /** Those that can be handed over. */
  readonly ready: readonly Delivery[];
  /** What is known of the others. */
  readonly found: ReadonlyMap<string, Outcome | Unsent>;
  /** There when nothing may be handed over for so many milliseconds. */
  readonly heldMs?: number;
}

export interface Rendering {
  /** Compiles a template for the connector; what was prepared for a delivery is not rendered again. */
  readonly template: (source: unknown) => Render;
  prepare(deliveries: readonly Delivery[]): Prepared | Promise<Prepared>;
}

/** Characters that the templates of one batch may make; the rest of the batch comes after it. */
const BATCH_CHARACTERS = 8_000_000;
/** Nobody else waits longer than this for the thread, and one delivery. Milliseconds. */
const BREATH_AFTER_MS = 25;

export const SLOW: Reason = sentence("template_slow");
export const HELD: Reason = sentence("templates_slow");
const NEXT_BATCH: Reason = sentence("batch_large_enough");

/** @param monotonic milliseconds */
export function openRendering(
  compile: (source: unknown) => Render,
  monotonic: () => number = () => performance.now(),
): Rendering {
  const templates = openTemplates(compile, monotonic);
  const slowness = openSlowness(monotonic);

  async function prepareAll(deliveries: readonly Delivery[]): Promise<Prepared> {
    const ready: Delivery[] = [];
    const found = new Map<string, Outcome | Unsent>();
    let characters = 0;
    let breathedAt = monotonic();
    for (const delivery of deliveries) {
      const held = slowness.heldMs();
      if (held !== undefined) return { ready: [], found, heldMs: held };
      if (characters > BATCH_CHARACTERS) {
        found.set(delivery.id, unsent(NEXT_BATCH));
        continue;
      }
      const began = monotonic();
      const made = templates.renderAll(delivery);
      if (made === undefined) {
        found.set(delivery.id, retry(SLOW));
        slowness.spent(monotonic() - began);
      } else {
        ready.push(delivery);
        characters += made;
      }
      if (monotonic() - breathedAt > BREATH_AFTER_MS) {
        await sleep(0);
        breathedAt = monotonic();
      }
    }
    return { ready, found };
  }

  return {
    template: templates.compile,
    prepare: (deliveries) => (templates.areCostly() ? prepareAll(deliveries) : { ready: deliveries, found: new Map() }),
  };
}
