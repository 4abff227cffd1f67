/** @jsxImportSource preact */
/** What each connector would send for one person, or why not. */
import { type Preview, previewEvent } from "../../../operations/preview.ts";
import { Refused } from "../../../operations/refused.ts";
import { FaultNote } from "../../parts/done.tsx";
import { PreviewedRequests } from "../../parts/previewed.tsx";
import { saidIn } from "../../parts/reason.tsx";
import { Select } from "../../parts/select.tsx";
import type { Visit } from "../../visit.ts";
import { WORDS } from "./words.ts";

/** A preview, or why there is none; undefined where nobody is asked about. Nothing is sent, nobody outside is asked. */
export async function previewFor({ query, config, version, language }: Visit): Promise<Preview | string | undefined> {
  const given = (name: string) => query.get(name)?.trim() || undefined;
  const [user, account, operator, connector] = [given("user"), given("account"), given("operator"), given("connector")];
  if (user === undefined) return undefined;
  const question = {
    ...{ user, officialAccount: account ?? "@TOA#_news", platform: "iOS" },
    ...(operator !== undefined && { operator }),
    ...(connector !== undefined && { connector }),
  };
  try {
    return await previewEvent(config, question, version);
  } catch (error) {
    if (error instanceof Refused) return saidIn(error.said, language);
    throw error;
  }
}

export function PreviewForm({ visit: { language, link, query, config } }: { visit: Visit }) {
  const words = WORDS[language];
  return (
    <section id="preview">
      <h2>{words.preview}</h2>
      <form class="filters" method="get" action={`${link("/configuration")}#preview`}>
        <label>
          {words.person} <input name="user" value={query.get("user") ?? ""} required autocomplete="off" />
        </label>
        <label>
          {words.account} <input name="account" value={query.get("account") ?? ""} placeholder="@TOA#_news" />
        </label>
        <label>
          {words.operator} <input name="operator" value={query.get("operator") ?? ""} placeholder={words.themselves} />
        </label>
        <Select
          label={words.connector}
          name="connector"
          any={words.all}
          options={config.connectors.map(({ name }) => [name, name])}
          chosen={query.get("connector")}
        />
        <button type="submit">{words.show}</button>
      </form>
    </section>
  );
}

export function Previews({ previewed, visit }: { previewed: Preview | string; visit: Visit }) {
  if (typeof previewed === "string") return <FaultNote words={previewed} />;
  return (
    <>
      {previewed.connectors.map(({ connector: { name, type }, found }) => (
        <section class="card">
          <h3>
            {name} <small class="quiet">{type.type}</small>
          </h3>
          <PreviewedRequests found={found} visit={visit} />
        </section>
      ))}
    </>
  );
}
