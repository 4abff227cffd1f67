/**
 * What the templates of one connector cost. All connectors and the intake share one thread, so the costly ones are rendered before
 * a batch is handed over: each delivery within a limit, the batch within another, with a breath for the others in between. What
 * is too slow is tried again like any other trouble; where that comes again and again the connector is held, not the process.
 */

import { sleep } from "../../basics/waiting.ts";
import { TemplateError } from "../../config/templates/template-faults.ts";
import { costlyRender, type LimitedRender } from "../../config/templates/templates.ts";
import { type Delivery, type Outcome, type Reason, type Render, retry } from "../../connector.ts";
import { type Unsent, unsent } from "../answer.ts";

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

/** Milliseconds for all templates of one delivery. Ordinary ones take less than one. */
const DELIVERY_MS = 200;
/** Characters that the templates of one batch may make; the rest of the batch comes after it. */
const BATCH_CHARACTERS = 8_000_000;
/** Nobody else waits longer than this for the thread, and one delivery. Milliseconds. */
const BREATH_AFTER_MS = 25;
/** What is too slow may take up so many milliseconds at once, and in the long run one in `SLOW_SHARE`. */
const SLOW_MS = 1_000;
const SLOW_SHARE = 20;

export const SLOW: Reason = { words: "a template takes too much time for this person; make it simpler" };
export const HELD: Reason = { words: "templates take too much time again and again: make them simpler" };
const NEXT_BATCH: Reason = { words: "not tried: its batch was large enough" };

type Rendered = { readonly value: unknown } | { readonly error: unknown };

/** @param monotonic milliseconds */
export function openRendering(
  compile: (source: unknown) => Render,
  monotonic: () => number = () => performance.now(),
): Rendering {
  const renders: (readonly [Render, LimitedRender])[] = [];
  const prepared = new WeakMap<Delivery, Map<Render, Rendered>>();
  /** Milliseconds spent on what was too slow, less what has been paid back since. */
  let debt = { ms: 0, at: monotonic() };
  let heldUntil = Number.NEGATIVE_INFINITY;

  /** For how long nothing more is rendered, in milliseconds: once too much is owed, until half of it is paid back. */
  function heldMs(): number | undefined {
    const now = monotonic();
    debt = { ms: Math.max(0, debt.ms - (now - debt.at) / SLOW_SHARE), at: now };
    if (debt.ms >= SLOW_MS) heldUntil = now + (debt.ms - SLOW_MS / 2) * SLOW_SHARE;
    return now < heldUntil ? Math.ceil(heldUntil - now) : undefined;
  }

  function template(source: unknown): Render {
    const plain = compile(source);
    const limited = costlyRender(plain);
    if (limited === undefined) return plain;
    const render: Render = (delivery) => {
      const rendered = take(delivery, render);
      if (rendered === undefined) return plain(delivery);
      if ("error" in rendered) throw rendered.error;
      return rendered.value;
    };
    renders.push([render, limited]);
    return render;
  }

  /** Once only: who changes what it was given must not find it changed the next time. */
  function take(delivery: Delivery, render: Render): Rendered | undefined {
    const results = prepared.get(delivery);
    const rendered = results?.get(render);
    results?.delete(render);
    return rendered;
  }

  /** Renders all templates for a delivery. Returns the characters that they made; undefined when it took too long. */
  function renderAll(delivery: Delivery): number | undefined {
    const results = new Map<Render, Rendered>();
    const endsAt = monotonic() + DELIVERY_MS;
    let characters = 0;
    for (const [render, limited] of renders) {
      try {
        const value = limited(delivery, { ms: Math.max(1, endsAt - monotonic()), tries: 1 });
        characters += charactersIn(value);
        results.set(render, { value });
      } catch (error) {
        if (error instanceof TemplateError && error.isSlow) return undefined;
        results.set(render, { error });
      }
    }
    prepared.set(delivery, results);
    return characters;
  }

  async function prepareAll(deliveries: readonly Delivery[]): Promise<Prepared> {
    const ready: Delivery[] = [];
    const found = new Map<string, Outcome | Unsent>();
    let characters = 0;
    let breathedAt = monotonic();
    for (const delivery of deliveries) {
      const held = heldMs();
      if (held !== undefined) return { ready: [], found, heldMs: held };
      if (characters > BATCH_CHARACTERS) {
        found.set(delivery.id, unsent(NEXT_BATCH));
        continue;
      }
      const began = monotonic();
      const made = renderAll(delivery);
      if (made === undefined) {
        found.set(delivery.id, retry(SLOW));
        debt.ms += monotonic() - began;
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
    template,
    prepare: (deliveries) => (renders.length === 0 ? { ready: deliveries, found: new Map() } : prepareAll(deliveries)),
  };
}

function charactersIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + charactersIn(part), 0);
}
