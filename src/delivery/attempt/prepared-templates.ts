/** The templates of one connector. Costly ones are rendered beforehand, and what was made is handed out when it is asked for. */
import { TemplateError } from "../../config/templates/template-faults.ts";
import { costlyRender, type LimitedRender } from "../../config/templates/templates.ts";
import type { Delivery, Render } from "../../connector.ts";

export interface Templates {
  /** Compiles one; what was rendered beforehand for a delivery is not rendered again. */
  compile(source: unknown): Render;
  /** Whether there is anything to be rendered beforehand. */
  areCostly(): boolean;
  /** Renders the costly ones for a delivery. Returns the characters that they made; undefined when it took too long. */
  renderAll(delivery: Delivery): number | undefined;
}

/** Milliseconds for all templates of one delivery. Ordinary ones take less than one. */
const DELIVERY_MS = 200;

type Rendered = { readonly value: unknown } | { readonly error: unknown };

/** @param monotonic milliseconds */
export function openTemplates(compile: (source: unknown) => Render, monotonic: () => number): Templates {
  const renders: (readonly [Render, LimitedRender])[] = [];
  const prepared = new WeakMap<Delivery, Map<Render, Rendered>>();

  /** Once only: who changes what it was given must not find it changed the next time. */
  function take(delivery: Delivery, render: Render): Rendered | undefined {
    const results = prepared.get(delivery);
    const rendered = results?.get(render);
    results?.delete(render);
    return rendered;
  }

  return {
    compile(source) {
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
    },
    areCostly: () => renders.length > 0,
    renderAll(delivery) {
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
    },
  };
}

function charactersIn(value: unknown): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 0;
  return Object.values(value).reduce((sum: number, part) => sum + charactersIn(part), 0);
}
