/**
 * Liquid templates over an event: compiled once, strict (an unknown variable or filter is a fault), without file access,
 * bounded in time and memory. A text that is one `{{ expression }}` alone keeps its type; anything else becomes text.
 */
import { Liquid, Output, type Template } from "liquidjs";
import type { Delivery, Render } from "../../connector.ts";
import { boundFilters } from "./bound-filters.ts";
import { simpleTemplate } from "./simple-template.ts";
import { TemplateError, type TemplateFault, templateFault } from "./template-faults.ts";
import { type Subject, VARIABLES, variablesOf } from "./variables.ts";

/** Characters of one template. */
const LONGEST_TEMPLATE = 20_000;
/** Characters of what it makes: more than any of the destinations takes. */
const LONGEST_TEXT = 100_000;

const OPTIONS = {
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // `include`, `render` and `layout` are removed below; should one slip through, it finds no file
  templates: {},
  relativeReference: false,
  // the same text on every machine
  timezoneOffset: 0,
  locale: "en-US",
  parseLimit: LONGEST_TEMPLATE,
  /** Milliseconds. Ordinary templates take less than one. */
  renderLimit: 200,
  memoryLimit: 1_000_000,
} as const;

const textual = openEngine({ ...OPTIONS });
const typed = openEngine({ ...OPTIONS, keepOutputType: true });

function openEngine(options: ConstructorParameters<typeof Liquid>[0]): Liquid {
  const engine = new Liquid(options);
  for (const tag of ["include", "render", "layout", "block"]) delete engine.tags[tag];
  boundFilters(engine);
  return engine;
}

/** What a rendering may cost. */
export interface RenderLimit {
  /** Milliseconds. */
  readonly ms: number;
  /** A process that was frozen, or a busy machine, must not make a good template faulty: what is too slow is tried again. */
  readonly tries: number;
}

const PATIENT: RenderLimit = { ms: OPTIONS.renderLimit, tries: 3 };

type CompiledRender = (subject: Subject, limit?: RenderLimit) => unknown;

export type CompiledTemplate =
  /** `isCostly`: it takes the template engine, which nobody can tell beforehand how long it will take. */
  | { readonly ok: true; readonly render: CompiledRender; readonly isCostly: boolean }
  | { readonly ok: false; readonly fault: TemplateFault };

/** Parses a template and looks for unknown variables and filters. Never throws; `render` throws an `Error` in plain words. */
export function compileTemplate(source: string): CompiledTemplate {
  // most texts are no templates
  if (!/\{[{%]/.test(source)) return { ok: true, render: () => source, isCostly: false };
  if (source.length > LONGEST_TEMPLATE) {
    const what = `the template is longer than ${LONGEST_TEMPLATE} characters`;
    return { ok: false, fault: { what, todo: "shorten it", index: 0 } };
  }
  const simple = simpleTemplate(source);
  if (simple !== undefined) return { ok: true, render: (subject) => bounded(simple(subject)), isCostly: false };
  const parsed = parse(source);
  if ("fault" in parsed) return { ok: false, fault: parsed.fault };
  const { template, engine } = parsed;
  const unknown = findUnknown(engine, template, source);
  if (unknown !== undefined) return { ok: false, fault: unknown };
  const render: CompiledRender = (subject, limit = PATIENT) =>
    bounded(renderInTime(engine, template, source, subject, limit));
  return { ok: true, render, isCostly: true };
}

function parse(source: string): { template: Template[]; engine: Liquid } | { fault: TemplateFault } {
  try {
    const alone = typed.parse(source.trim());
    const isOneExpression = alone.length === 1 && alone[0] instanceof Output;
    return isOneExpression ? { template: alone, engine: typed } : { template: textual.parse(source), engine: textual };
  } catch (error) {
    return { fault: templateFault(error, source, Object.keys(textual.filters)) };
  }
}

function findUnknown(engine: Liquid, template: Template[], source: string): TemplateFault | undefined {
  try {
    const { globals } = engine.analyzeSync(template, { partials: false });
    const [name, uses] = Object.entries(globals).find(([variable]) => !VARIABLES.has(variable)) ?? [];
    if (name === undefined) return undefined;
    const message = `undefined variable: ${name}`;
    return templateFault({ message, location: uses?.[0]?.location }, source, Object.keys(engine.filters));
  } catch {
    // what cannot be analysed is found when it is tried with sample events
    return undefined;
  }
}

/** A value as it may be sent: none is null, and no text is too long. */
function bounded(value: unknown): unknown {
  if (typeof value === "string" && value.length > LONGEST_TEXT) {
    throw new TemplateError({
      what: `the text is longer than ${LONGEST_TEXT} characters`,
      todo: "shorten it",
      index: 0,
    });
  }
  return value ?? null;
}

function renderInTime(
  engine: Liquid,
  template: Template[],
  source: string,
  subject: Subject,
  { ms, tries }: RenderLimit,
): unknown {
  try {
    return engine.renderSync(template, variablesOf(subject), { renderLimit: ms });
  } catch (error) {
    const isSlow = error instanceof Error && error.message.startsWith("template render limit exceeded");
    if (isSlow && tries > 1) return renderInTime(engine, template, source, subject, { ms, tries: tries - 1 });
    throw new TemplateError(templateFault(error, source, Object.keys(textual.filters)), isSlow);
  }
}

/** Renders for a delivery within a limit. Throws as `Render` does. */
export type LimitedRender = (delivery: Delivery, limit: RenderLimit) => unknown;

const costly = new WeakMap<Render, LimitedRender>();

/** The same rendering within a limit; undefined for one that costs next to nothing. */
export function costlyRender(render: Render): LimitedRender | undefined {
  return costly.get(render);
}

/** Compiles a template, or a tree (lists, maps) whose texts are templates. Throws an `Error` in plain words when one is faulty. */
export function template(source: unknown): Render {
  const { render, isCostly } = compileTree(source);
  const patient: Render = (delivery) => render(delivery);
  if (isCostly) costly.set(patient, render);
  return patient;
}

type Compiled = Pick<Extract<CompiledTemplate, { ok: true }>, "render" | "isCostly">;

/** What one part of a tree takes, the others do not have. */
function compileTree(source: unknown): Compiled {
  if (typeof source === "string") return compileText(source);
  if (Array.isArray(source)) {
    const items = source.map(compileTree);
    return {
      render(subject, limit) {
        const left = leftOf(limit);
        return items.map(({ render }) => render(subject, left()));
      },
      isCostly: items.some(({ isCostly }) => isCostly),
    };
  }
  if (typeof source !== "object" || source === null) return { render: () => source, isCostly: false };
  return compileRecord(Object.entries(source).map(([key, value]) => [key, compileTree(value)] as const));
}

function compileRecord(entries: readonly (readonly [key: string, part: Compiled])[]): Compiled {
  // with all its keys from the beginning: assigned to an empty one, `__proto__` would be no key
  const empty: Readonly<Record<string, unknown>> = Object.fromEntries(entries);
  return {
    render(subject, limit) {
      const left = leftOf(limit);
      const record = { ...empty };
      for (const [key, { render }] of entries) record[key] = render(subject, left());
      return record;
    },
    isCostly: entries.some(([, { isCostly }]) => isCostly),
  };
}

const UNLIMITED = () => undefined;

/** Tells what is left of a limit whenever it is asked. */
function leftOf(limit: RenderLimit | undefined): () => RenderLimit | undefined {
  if (limit === undefined) return UNLIMITED;
  const endsAt = performance.now() + limit.ms;
  // at least one, since the engine takes none for no limit
  return () => ({ ...limit, ms: Math.max(1, endsAt - performance.now()) });
}

function compileText(source: string): Compiled {
  const compiled = compileTemplate(source);
  if (!compiled.ok) throw new Error(`${compiled.fault.what}; ${compiled.fault.todo}`);
  return compiled;
}

/** A value from outside, as a piece of a template that renders to that value: it is not read as a template itself. */
export function literally(value: string): string {
  return value.replaceAll("{", '{{ "{" }}');
}
