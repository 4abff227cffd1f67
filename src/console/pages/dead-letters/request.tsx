/** @jsxImportSource preact */
/** What would be sent for one dead letter by now. */
import { deliveryIdMeant } from "../../../operations/meant-ids.ts";
import { previewDelivery } from "../../../operations/preview.ts";
import type { Page } from "../../page.ts";
import { Id } from "../../parts/id.tsx";
import { PreviewedRequests } from "../../parts/previewed.tsx";
import { queryOf } from "./choice.ts";
import { WORDS } from "./words.ts";

export const letterRequest: Page = {
  path: "/dead-letters/request",
  async show(visit) {
    const { operations, language, query, config, version, link } = visit;
    const words = WORDS[language];
    const letter = await operations.delivery(await deliveryIdMeant(operations, query.get("id") ?? ""));
    if (letter === null) return { title: words.requestTitle, status: 404, body: <p>{words.unknown}</p> };
    const found = await previewDelivery(config, letter, version);
    return {
      title: words.requestTitle,
      body: (
        <>
          <p>
            <a href={link(`/dead-letters${queryOf({ connector: letter.connector })}`)}>{words.back}</a>
          </p>
          <p>
            {words.user} <Id id={letter.event.user} /> · {words.connector} <bdi>{letter.connector}</bdi>
          </p>
          <p>{words.requestLead}</p>
          {found === undefined ? (
            <p class="warn">{words.notConfigured}</p>
          ) : (
            <PreviewedRequests found={found} visit={visit} />
          )}
        </>
      ),
    };
  },
};
