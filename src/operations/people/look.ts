/** People as a page looks at them: their stories with what these come to. */
import type { TracedStory } from "../deliveries/trace.ts";
import { type PersonVerdict, personVerdict } from "./verdict.ts";

export interface Person {
  readonly user: string;
  readonly stories: readonly TracedStory[];
  readonly verdict: PersonVerdict;
}

/** @param trace one person's story; called for one after the other, so that a list is no burst of questions */
export async function peopleOf(
  users: readonly string[],
  trace: (user: string) => Promise<readonly TracedStory[]>,
): Promise<readonly Person[]> {
  const people: Person[] = [];
  for (const user of users) {
    const stories = await trace(user);
    people.push({ user, stories, verdict: personVerdict(stories) });
  }
  return people;
}
