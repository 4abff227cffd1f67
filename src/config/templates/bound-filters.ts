/**
 * The time limit of a template holds inside its filters as well. The engine looks at the clock from tag to tag, and a filter such
 * as `find_exp`, which works through a list by itself, would go on for seconds.
 */
import type { Liquid } from "liquidjs";

interface Running {
  readonly context: { readonly renderLimit: { check(now: number): void } };
}

type GeneratorFilter = (this: Running, ...args: unknown[]) => Generator<unknown, unknown, unknown>;

/** Lets each filter that works step by step look at the clock at each of its steps. */
export function boundFilters(engine: Liquid): void {
  for (const [name, filter] of Object.entries(engine.filters)) {
    if (isGeneratorFilter(filter))
      engine.registerFilter(name, bounded(filter) as Parameters<Liquid["registerFilter"]>[1]);
  }
}

function isGeneratorFilter(filter: unknown): filter is GeneratorFilter {
  return typeof filter === "function" && filter.constructor.name === "GeneratorFunction";
}

function bounded(filter: GeneratorFilter): GeneratorFilter {
  return function* (this: Running, ...args) {
    const steps = filter.apply(this, args);
    for (let step = steps.next(); ; ) {
      if (step.done) return step.value;
      this.context.renderLimit.check(performance.now());
      step = steps.next(yield step.value);
    }
  };
}
