/** Whether everybody who left has been honoured everywhere, and where not: whose fault it is. */
import type { Page } from "../../page.ts";
import { numberText } from "../../parts/quantity.ts";
import { WORDS } from "./words.ts";

export const overview: Page = {
  path: "/",
  async show({ operations, language }) {
    const words = WORDS[language];
    const { connectors } = await operations.status();
    return {
      title: words.title,
      isLive: true,
      body: (
        <table>
          <thead>
            <tr>
              <th scope="col">{words.connector}</th>
              <th scope="col">{words.state}</th>
              <th scope="col">{words.waiting}</th>
              <th scope="col">{words.dead}</th>
            </tr>
          </thead>
          <tbody>
            {connectors.map(({ status: row }) => (
              <tr id={`connector-${row.name}`}>
                <th scope="row">{row.name}</th>
                <td>{row.state.status}</td>
                <td>{numberText(row.waiting, language)}</td>
                <td>{numberText(row.dead, language)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ),
    };
  },
};
