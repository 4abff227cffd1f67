/** @jsxImportSource preact */
/** The sentence on top, and below it what needs a person and, apart from it, what goes on by itself. */
import type { Matter, StatusVerdict } from "../../../operations/status/verdict.ts";
import { Sign, type Tone } from "../../parts/state.tsx";
import type { Visit } from "../../visit.ts";
import { headline, matterText } from "./sentences.ts";
import { WORDS } from "./words.ts";

export function Matters({ verdict, visit }: { verdict: StatusVerdict; visit: Visit }) {
  const words = WORDS[visit.language];
  const { needsPerson, byItself } = verdict;
  const tone: Tone = needsPerson.length > 0 ? "bad" : byItself.length > 0 ? "warn" : "good";
  return (
    <>
      <p id="verdict" class={`verdict ${tone}`}>
        <Sign tone={tone} /> {headline(verdict, visit)}
      </p>
      <MatterList id="needs-person" title={words.needsPerson} matters={needsPerson} visit={visit} />
      <MatterList id="by-itself" title={words.byItself} matters={byItself} visit={visit} />
    </>
  );
}

function MatterList({
  id,
  title,
  matters,
  visit,
}: {
  id: string;
  title: string;
  matters: readonly Matter[];
  visit: Visit;
}) {
  if (matters.length === 0) return null;
  return (
    <section id={id}>
      <h2>{title}</h2>
      <ul>
        {matters.map((matter) => {
          const [text, path] = [matterText(matter, visit), whereItIs(matter)];
          return <li>{path === undefined ? text : <a href={visit.link(path)}>{text}</a>}</li>;
        })}
      </ul>
    </section>
  );
}

/** Where one looks closer. */
function whereItIs(matter: Matter): string | undefined {
  switch (matter.of) {
    case "rejected":
    case "expired":
    case "unmatched":
      return `/dead-letters?connector=${encodeURIComponent(matter.connector)}`;
    case "owed":
    case "unknown":
      return `/deliveries?state=waiting&connector=${encodeURIComponent(matter.connector)}`;
    case "quarantine":
      return "/quarantine";
    case "held":
    case "unreached":
      return "/healing";
    case "paused":
      return `/#connector-${encodeURIComponent(matter.connector)}`;
    case "no connector":
      return "/configuration";
    default:
      return undefined;
  }
}
