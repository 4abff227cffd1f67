/** The templates of one connector. Costly ones are rendered beforehand, and what was made is handed out when it is asked for. */
import { sleep } from "../../basics/waiting.ts";
import { type Delivery, type Render, sentence } from "../../connector.ts";
import { TemplateError } from "./template-faults.ts";
import { costlyRender, type LimitedRender } from "./templates.ts";

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

/** A busy machine must not make a good template faulty. */
const TRIES = 3;

/**
 * For whoever asks about one delivery where others work in the same process: they have a breath between two tries. Rejects in plain
 * words when it took too long each time.
 */
export async function renderAhead(
  templates: Pick<Templates, "areCostly" | "renderAll">,
  delivery: Delivery,
): Promise<void> {
  if (!templates.areCostly()) return;
  for (let left = TRIES; left > 0; left -= 1) {
    if (templates.renderAll(delivery) !== undefined) return;
    await sleep(0);
  }
  throw new Error(sentence("template_slow").words);
}

/**
 * @param monotonic milliseconds
 * @param limitedOf what renders within a limit, of a rendering that is costly
 */
export function openTemplates(
  compile: (source: unknown) => Render,
  monotonic: () => number,
  limitedOf: (render: Render) => LimitedRender | undefined = costlyRender,
): Templates {
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
      const limited = limitedOf(plain);
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
