/** What a connector that breaks rules of the suite breaks. For tests of the suite itself. */
import { closeWorld, openWorld, ruleGroups, type Subject } from "./conformance.ts";
import { DECLARATION } from "./rules/declaration.ts";

/** What it breaks, by the rules' names: the sentence that says so. One rule, or all unless given. */
export async function brokenRules(subject: Subject, only?: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const note = (name: string) => (error: unknown) => void found.set(name, (error as Error).message);
  const isMeant = ({ name }: { readonly name: string }) => name === (only ?? name);
  for (const { name, keeps } of DECLARATION.filter(isMeant)) await Promise.try(keeps, subject).catch(note(name));
  for (const { name, keeps } of ruleGroups(subject).flat().filter(isMeant)) {
    const world = await openWorld(subject);
    await Promise.try(keeps, world).catch(note(name));
    await closeWorld(world).catch(() => undefined);
  }
  return found;
}
