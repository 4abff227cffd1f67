/** @jsxImportSource preact */
/** Dead letters as a file: to be taken away, and brought back edited. */
import type { Visit } from "../../visit.ts";
import { type LetterChoice, queryOf } from "./choice.ts";
import { WORDS } from "./words.ts";

export function Files({ choice, visit: { language, link, isOperator } }: { choice: LetterChoice; visit: Visit }) {
  const words = WORDS[language];
  return (
    <>
      <p>
        <a href={link("/plans")}>{words.plans}</a>
        {isOperator && (
          <>
            {" · "}
            <a href={link(`/dead-letters/download${queryOf(choice)}`)} download>
              {words.download}
            </a>
          </>
        )}
      </p>
      {isOperator && (
        <details>
          <summary>{words.upload}</summary>
          <p>{words.uploadHelp}</p>
          <form class="filters" method="post" action={link("/dead-letters/upload")} enctype="multipart/form-data">
            <label>
              {words.do}
              <select name="repair">
                <option value="replay">{words.replay}</option>
                <option value="discard">{words.discard}</option>
              </select>
            </label>
            <label>
              {words.file}
              <input type="file" name="file" required />
            </label>
            <button type="submit">{words.read}</button>
          </form>
        </details>
      )}
    </>
  );
}
