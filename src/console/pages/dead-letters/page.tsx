/** @jsxImportSource preact */
/** What was given up, by what it has in common: what is wrong, what cures it, and whether it is cured. */
import type { LetterGroup, LetterGroups } from "../../../operations/deliveries/letter-groups.ts";
import { NoPlace } from "../../../storage/contract/questions.ts";
import type { Page } from "../../page.ts";
import type { Visit } from "../../visit.ts";
import { FRAME } from "../../words/frame.ts";
import { numberText } from "../../words/quantity.ts";
import { Cure } from "./checking.tsx";
import { choiceIn, type LetterChoice, letterFilter, queryOf } from "./choice.ts";
import { Files } from "./files.tsx";
import { Filters } from "./filters.tsx";
import { Group } from "./group.tsx";
import { WORDS } from "./words.ts";

/** Rows that are looked at for each connector at first, and when somebody wants more. */
const FIRST_ROWS = 50;
const MORE_ROWS = 20_000;

interface OfConnector extends LetterGroups {
  readonly connector: string;
}

export const deadLetters: Page = {
  path: "/dead-letters",
  async show(visit) {
    const { operations, language, query } = visit;
    const words = WORDS[language];
    const choice = choiceIn(query);
    const names = await operations.connectorNames();
    const wanted = names.filter((name) => choice.connector === undefined || name === choice.connector);
    const after = query.get("after") ?? undefined;
    const rows = query.get("look") === "further" || after !== undefined ? MORE_ROWS : FIRST_ROWS;
    const found: OfConnector[] = [];
    try {
      for (const connector of wanted) {
        const filter = { ...letterFilter(choice, visit), connector };
        const look = { rows, ...(after !== undefined && { after }) };
        found.push({ connector, ...(await operations.letterGroups(filter, look)) });
      }
    } catch (error) {
      if (!(error instanceof NoPlace)) throw error;
      return { title: words.title, status: 404, body: <p>{words.badPlace}</p> };
    }
    const full = found.filter(({ groups, next }) => groups.length > 0 || next !== null);
    return {
      title: words.title,
      isLive: wanted.some((connector) => isAsked(visit, connector)),
      body: (
        <>
          <p>{words.lead}</p>
          <Filters choice={choice} connectors={names} visit={visit} />
          {full.length === 0 && <p>{words.none}</p>}
          {full.map((one) => (
            <OfOne of={one} choice={choice} visit={visit} isFirst={after === undefined} />
          ))}
          <Files choice={choice} visit={visit} />
        </>
      ),
    };
  },
};

function isAsked({ checks }: Visit, connector: string): boolean {
  const latest = checks.latest(connector);
  return latest !== undefined && latest.findings === undefined;
}

interface OfOneProps {
  readonly of: OfConnector;
  readonly choice: LetterChoice;
  readonly visit: Visit;
  readonly isFirst: boolean;
}

function OfOne({ of: { connector, groups, looked, next }, choice, visit, isFirst }: OfOneProps) {
  const { language, link } = visit;
  const isAll = next === null && isFirst;
  const further = looked < MORE_ROWS ? { look: "further" } : { after: next ?? "" };
  const words = FRAME[language];
  return (
    <section id={`of-${connector}`}>
      <h2>
        <bdi>{connector}</bdi>
      </h2>
      <Cure connector={connector} classes={classesOf(groups)} visit={visit} />
      {groups.map((group) => (
        <Group group={group} choice={choice} isAll={isAll} visit={visit} />
      ))}
      {next !== null && (
        <p class="quiet">
          {words.looked(numberText(looked, language))} ·{" "}
          <a href={link(`/dead-letters${queryOf({ ...choice, connector }, further)}`)}>{words.goOnLooking}</a>
        </p>
      )}
    </section>
  );
}

function classesOf(groups: readonly LetterGroup[]) {
  return [...new Set(groups.map((group) => group.class))];
}
