/** @jsxImportSource preact */
/** "Was jared honoured?": the verdict in a sentence, then the whole story. */
import type { Named } from "../../../operations/beginnings.ts";
import type { Person } from "../../../operations/people/look.ts";
import { Refused } from "../../../operations/refused.ts";
import type { View } from "../../frame.tsx";
import type { Action, Page } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import { Sign } from "../../parts/state.tsx";
import { Table } from "../../parts/table.tsx";
import type { Visit } from "../../visit.ts";
import { exportForm } from "./export-form.tsx";
import { idsIn, MOST_IDS } from "./ids.ts";
import { sentenceOf, TONES } from "./sentence.ts";
import { Story } from "./story.tsx";
import { WORDS } from "./words.ts";

/** The page of one person; also of nobody yet. */
export const personPage: Page = {
  path: "/people",
  async show(visit) {
    const user = visit.query.get("user") ?? "";
    if (user === "") return { title: WORDS[visit.language].title, body: <SearchForms visit={visit} /> };
    const [person] = await visit.operations.people([user], "search");
    if (person !== undefined && person.stories.length > 0) return personView(person, visit);
    return unknownView(user, await visit.operations.peopleNamed(user), visit);
  },
};

/** The same under an address that is easily made by hand. */
export const personByPath: Page = {
  path: "/people/:user",
  async show({ params: { user = "" }, link }) {
    const location = `${link("/people")}?${new URLSearchParams({ user })}`;
    return new Response(null, { status: 303, headers: { location } });
  },
};

/** Many at once, with a verdict each. A form, so that no list of people stands in an address. */
export const peopleAction: Action = {
  path: "/people",
  least: "viewer",
  async act(visit, form) {
    const words = WORDS[visit.language];
    const { ids, left } = idsIn(form.get("ids") ?? "");
    const people = await visit.operations.people(ids, "search");
    return {
      title: words.one(people.length),
      body: (
        <>
          <SearchForms visit={visit} ids={ids} />
          {left > 0 && (
            <p class="warn" role="status">
              {words.tooMany(MOST_IDS, left)}
            </p>
          )}
          {people.length === 0 ? <p role="status">{words.noneGiven}</p> : <Verdicts people={people} visit={visit} />}
          {people.length > 0 && exportForm(ids, visit)}
        </>
      ),
    };
  },
};

export const retryAction: Action = {
  path: "/people/retry",
  async act({ operations }, form) {
    // one that is gone meanwhile has nothing that could be tried: the page says how it is
    await operations.retry(form.get("connector") ?? "").catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error;
    });
    return `/people?${new URLSearchParams({ user: form.get("user") ?? "" })}`;
  },
};

function SearchForms({ visit, user = "", ids = [] }: { visit: Visit; user?: string; ids?: readonly string[] }) {
  const { language, link } = visit;
  const words = WORDS[language];
  return (
    <>
      <form class="filters" method="get" action={link("/people")}>
        <label>
          {words.user}
          <input type="search" name="user" value={user} required maxLength={256} size={40} />
        </label>
        <button type="submit" class="main">
          {words.search}
        </button>
      </form>
      <details open={ids.length > 0}>
        <summary>{words.several}</summary>
        <form method="post" action={link("/people")}>
          <label>
            {words.ids}
            <textarea name="ids" rows={6} required>
              {ids.join("\n")}
            </textarea>
          </label>
          <button type="submit">{words.searchAll}</button>
        </form>
      </details>
    </>
  );
}

function personView({ user, stories, verdict }: Person, visit: Visit): View {
  const newestFirst = stories.toReversed();
  // only what still moves is asked for again, and followed
  const isLive = verdict.waiting.length > 0 || verdict.coming.length > 0;
  const steps = visit.exchanges(user, isLive);
  return {
    title: WORDS[visit.language].title,
    isLive,
    body: (
      <>
        <SearchForms visit={visit} user={user} />
        <p class="whom">
          <Id id={user} />
        </p>
        <p class={`verdict ${TONES[verdict.tag]}`} id="verdict">
          <Sign tone={TONES[verdict.tag]} /> {sentenceOf(verdict, visit)}
        </p>
        {exportForm([user], visit)}
        {newestFirst.map((story) => (
          <Story story={story} steps={steps} visit={visit} />
        ))}
      </>
    ),
  };
}

function unknownView(user: string, named: Named<string>, visit: Visit): View {
  const words = WORDS[visit.language];
  const candidates = named.tag === "several" ? named.candidates : named.tag === "one" ? [named.id] : [];
  return {
    title: words.title,
    body: (
      <>
        <SearchForms visit={visit} user={user} />
        {candidates.length === 0 ? (
          <p class="verdict quiet">{words.unknown(user)}</p>
        ) : (
          <>
            <p class="verdict quiet">{words.candidates}</p>
            <ul>
              {candidates.map((id) => (
                <li>
                  <Id id={id} href={personLink(id, visit)} />
                </li>
              ))}
            </ul>
            {named.tag === "several" && named.more && <p>{words.moreCandidates}</p>}
          </>
        )}
        {named.tag === "none" && named.why !== undefined && (
          <p>
            {words.cannotLook} {named.why}
          </p>
        )}
      </>
    ),
  };
}

/** Where one person's page is; in a query, since a path cannot hold every id (`..`). */
export function personLink(user: string, { link }: Pick<Visit, "link">): string {
  return `${link("/people")}?${new URLSearchParams({ user })}`;
}

function Verdicts({ people, visit }: { people: readonly Person[]; visit: Visit }) {
  const words = WORDS[visit.language];
  return (
    <Table isWide titles={[words.person, words.verdict]}>
      {people.map(({ user, verdict }) => (
        <tr>
          <th scope="row">
            <Id id={user} href={personLink(user, visit)} />
          </th>
          <td class={TONES[verdict.tag]}>
            <Sign tone={TONES[verdict.tag]} /> {sentenceOf(verdict, visit)}
          </td>
        </tr>
      ))}
    </Table>
  );
}
