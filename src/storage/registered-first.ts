/**
 * A store that takes nothing before it knows the connectors. A connector gets the events that are numbered after it is known: whatever of
 * this machine's came before, another machine, with settings that name fewer, could make events of that pass it by for good.
 */
import { METHODS, type Method, type Storage } from "./contract/storage.ts";
import { refusalLines } from "./rules/registering.ts";

/** Until `register` was heard, callbacks go to the spool; whoever only asks is answered, and signs of life are taken. */
export function registeredFirst(storage: Storage): Storage {
  let isKnown = false;
  let trouble: unknown = new Error("the store was not told the connectors yet");

  async function register(...args: Parameters<Storage["register"]>): ReturnType<Storage["register"]> {
    try {
      const report = await storage.register(...args);
      if (report.refused.length === 0) isKnown = true;
      else trouble = new Error(refusalLines(report.refused).join("; "));
      return report;
    } catch (error) {
      trouble = error;
      throw error;
    }
  }

  /** Its arguments and answer are handed on untouched. */
  function onceKnown(name: Method): (...args: readonly unknown[]) => Promise<unknown> {
    const method = storage[name] as (...args: readonly unknown[]) => Promise<unknown>;
    return (...args) => (isKnown ? method(...args) : Promise.reject(trouble));
  }

  const waiting = (Object.keys(METHODS) as Method[]).filter((name) => METHODS[name] !== "reads" && !AT_ONCE.has(name));
  return { ...storage, ...Object.fromEntries(waiting.map((name) => [name, onceKnown(name)])), register };
}

const AT_ONCE: ReadonlySet<Method> = new Set(["serving", "ended"]);
