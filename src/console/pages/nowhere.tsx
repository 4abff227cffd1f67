/** @jsxImportSource preact */
/** An address under which nothing lies: a browser is told by a page, a program in its own way. */
import { refused } from "../../admin/answers.ts";
import type { Page } from "../page.ts";
import { FRAME } from "../words/frame.ts";

export const nowhere: Page = {
  path: "/*",
  async show({ language, link, isBrowser }) {
    if (!isBrowser) return refused(404, "there is no such path");
    const { notFound, noPage, toOverview } = FRAME[language];
    return {
      title: notFound,
      status: 404,
      body: (
        <p>
          {noPage} <a href={link("/")}>{toOverview}</a>
        </p>
      ),
    };
  },
};
