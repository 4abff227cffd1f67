/** Dead letters as somebody without a terminal cures them: by what is wrong, whether it is mended, and a plan of just these. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/eventually.ts";
import { patiently } from "../support/patiently.ts";
import { bury } from "./letters-support.ts";
import { type ConsoleWorld, OPERATOR, openConsole, textOf, VIEWER } from "./support.ts";

const HOSTILE = `<img src=x onerror=alert(1)>\u202e${"<p class='x'>".repeat(22)}`;
const LONG_NAME = `${"a".repeat(58)}-z`;

const missing = (nth: number) => ({
  words: "the destination refused it",
  status: 400,
  message: `property "chat_userid_${nth}" does not exist`,
});

describe("the page of dead letters", () => {
  let console: ConsoleWorld;
  before(async () => {
    console = await openConsole({
      async seed(storage) {
        await bury(storage, { connector: "crm", type: "hubspot", prefix: "crm", count: 7, reason: missing });
        const hostile = () => ({ words: "the destination refused it", status: 422, message: HOSTILE });
        await bury(storage, { connector: LONG_NAME, prefix: '"><script>', count: 3, reason: hostile });
        const unknown = () => ({ words: "there is no such contact" });
        await bury(storage, {
          connector: "crm",
          type: "hubspot",
          prefix: "lost",
          count: 2,
          reason: unknown,
          class: "unmatched",
        });
      },
    });
  });
  after(() => console.close());

  const cardsOf = (html: string) => [...html.matchAll(/<article class="card">.*?<\/article>/gs)].map(([all]) => all);

  it("groups them by reason first, one example of each shown whole, and says what would cure them", async () => {
    const { text, html, status } = await console.get("/dead-letters");
    assert.equal(status, 200, html);
    assert.match(text, /7 × the destination refused it \(HTTP 400 “property "chat_userid_\d" does not exist”\)/);
    assert.match(text, /2 × there is no such contact/);
    assert.match(text, /mend the setting that it complains about/);
    assert.match(text, /make the contact there/);
    assert.equal(cardsOf(html).length, 3);
    assert.match((await console.get("/dead-letters", { language: "zh" })).text, /7 × .*目标系统明确拒绝了这条投递/s);
  });

  it("shows what a destination answered as text, however hostile, and a connector's name whole", async () => {
    const { html, text } = await console.get("/dead-letters");
    assert.doesNotMatch(html, /<img|<script>|<p class='x'>/);
    assert.match(text, /<img src=x onerror=alert\(1\)>/);
    assert.ok(text.includes(LONG_NAME));
    const letters = await console.get(`/dead-letters/letters?${new URLSearchParams({ connector: LONG_NAME })}`);
    assert.doesNotMatch(letters.html, /"><script>/);
    assert.match(letters.text, /"><script>-0/);
  });

  it("finds by connector, class and user, and in a link to one kind just its letters", async () => {
    assert.doesNotMatch((await console.get("/dead-letters?connector=crm&class=unmatched")).text, /7 ×/);
    assert.match((await console.get("/dead-letters?user=crm-3")).text, /1 × the destination refused it/);
    const { html } = await console.get("/dead-letters?connector=crm");
    const link = (/href="([^"]*letters\/letters[^"]*class=rejected[^"]*)"/.exec(html)?.[1] ?? "").replaceAll(
      "&amp;",
      "&",
    );
    const { html: letters } = await console.get(link);
    assert.equal(letters.match(/type="checkbox"/g)?.length, 7);
    assert.match(textOf(letters), /Dead letters: crm · rejected .*All that there are: 7\./);
    assert.equal((await console.get("/dead-letters?connector=crm&after=nonsense")).status, 404);
  });

  it("lets viewers see, and do nothing", async () => {
    for (const path of ["/dead-letters", "/dead-letters/letters?connector=crm"]) {
      const { html, status } = await console.get(path, { as: VIEWER });
      assert.equal(status, 200);
      assert.doesNotMatch(html, /action="[^"]*dead-letters\/(plan|choose|check|upload)"|type="checkbox"|download/);
    }
    for (const path of ["plan", "choose", "check", "upload"]) {
      assert.equal(
        (await console.post(`/dead-letters/${path}`, { connector: "crm" }, { as: VIEWER })).status,
        403,
        path,
      );
    }
    assert.equal((await console.get("/dead-letters/download", { as: VIEWER })).status, 403);
  });

  it("asks the destination whether it is mended, and shows what it says", async () => {
    const { html } = await console.get("/dead-letters?connector=crm");
    assert.match(html, /action="\/dead-letters\/check"/);
    const { status } = await console.post("/dead-letters/check", { connector: "crm" });
    assert.equal(status, 303);
    await eventually(async () => {
      const { text } = await console.get("/dead-letters?connector=crm", { as: VIEWER });
      return /Asked at/.test(text) && /chat_subscription/.test(text);
    });
  });

  it("shows one real request, without credentials, and sends none", async () => {
    const { html } = await console.get("/dead-letters/letters?connector=crm&class=rejected");
    const link = (/href="([^"]*dead-letters\/request[^"]*)"/.exec(html)?.[1] ?? "").replaceAll("&amp;", "&");
    const { text, status } = await console.get(link);
    assert.equal(status, 200);
    assert.match(text, /POST http.*chat_subscription/s);
    assert.doesNotMatch(text, /pat-eu1/);
    assert.equal((await console.get("/dead-letters/request?id=none")).status, 404);
  });

  it("makes a plan of those that are chosen, and says so where none are", async () => {
    const { html } = await console.get("/dead-letters/letters?connector=crm&class=unmatched");
    const ids = [...html.matchAll(/name="id" value="([^"]+)"/g)].map(([, id = ""]) => id);
    assert.equal(ids.length, 2);
    const form = new URLSearchParams([
      ["repair", "discard"],
      ["id", ids[0] ?? ""],
      ["id", "none:crm"],
    ]);
    const { headers } = await console.post("/dead-letters/choose", form);
    const { text } = await console.get(headers.get("location") ?? "");
    assert.match(text, /To be put away: 1\./);
    assert.equal((await console.post("/dead-letters/choose", { repair: "replay" })).status, 422);
  });

  describe("as a file", () => {
    const formOf = (text: string, repair = "replay") => {
      const form = new FormData();
      form.append("file", new Blob([text], { type: "application/jsonl" }), "edited.jsonl");
      form.append("repair", repair);
      return form;
    };
    const upload = async (body: BodyInit | (() => BodyInit), headers: Readonly<Record<string, string>> = {}) => {
      const send = () =>
        fetch(`${console.origin}/dead-letters/upload`, {
          ...{ method: "POST", body: typeof body === "function" ? body() : body, redirect: "manual" },
          headers: { authorization: `Bearer ${OPERATOR}`, ...headers },
        });
      const response = await patiently(send);
      return {
        status: response.status,
        to: response.headers.get("location") ?? "",
        text: textOf(await response.text()),
      };
    };

    it("are taken away as lines that a dead-letter file has, of just what is shown", async () => {
      const { html: lines, headers } = await console.get("/dead-letters/download?connector=crm&class=rejected");
      assert.match(headers.get("content-disposition") ?? "", /attachment/);
      const letters = lines
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as { class: string; v: number });
      assert.equal(letters.length, 7);
      assert.ok(letters.every((letter) => letter.v === 1 && letter.class === "rejected"));
      assert.match((await console.get("/audit")).text, /export/i);
    });

    it("come back edited: ids are believed and nothing else, and a plan says what it means", async () => {
      const { html: lines } = await console.get("/dead-letters/download?connector=crm&class=rejected");
      const [first = "", second = ""] = lines.split("\n");
      const edited = `${first.replace('"crm-', '"somebody-else-')}\n${second.replace(/"class":"\w+"/, '"class":"expired"')}\n`;
      const { status, to } = await upload(formOf(edited));
      assert.equal(status, 303);
      assert.match((await console.get(to)).text, /To be sent again, from their first attempt on: 2\. .*crm rejected 2/);
    });

    it("with lines that are none, or name nothing here, say so before anything else", async () => {
      const { html: lines } = await console.get("/dead-letters/download?connector=crm&class=unmatched");
      const unknown = lines.split("\n")[0]?.replace(/"id":"\w{8}/, '"id":"00000000') ?? "";
      const mixed = await upload(formOf(`${lines}not json\n${unknown}\n`, "discard"));
      assert.equal(mixed.status, 200);
      assert.match(mixed.text, /Lines that are left out: 1 line 3: no JSON: it was cut off/);
      assert.match(mixed.text, /No dead letters \(any more\): 1 .* To the plan of 2/);
      const none = await upload(formOf("<html>\n"));
      assert.equal(none.status, 422);
      assert.match(none.text, /The file names no dead letter/);
    });

    it("are read as they come, far beyond what other requests may bring, and to a bound", async () => {
      const { html: lines } = await console.get("/dead-letters/download?connector=crm&class=unmatched");
      const large = await upload(formOf(lines.repeat(4_000)));
      assert.equal(large.status, 303, large.text);
      assert.match((await console.get(large.to)).text, /: 2\. /);
      assert.equal((await console.post("/dead-letters/plan", { connector: "x".repeat(1_100_000) })).status, 413);
      const beyond = () =>
        new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) });
      const refused = upload(beyond, { "content-type": "multipart/form-data; boundary=x" });
      // it may be told, or the connection may be gone by then
      assert.ok(
        [413, 422, 0].includes(
          await refused.then(
            ({ status }) => status,
            () => 0,
          ),
        ),
      );
    });

    it("that are no form, or bring no file, are told so", async () => {
      assert.equal((await upload("x", { "content-type": "text/plain" })).status, 422);
      const empty = new FormData();
      empty.append("repair", "replay");
      assert.match((await upload(empty)).text, /The form has brought no file/);
      assert.equal((await upload(formOf("x").get("file") as Blob)).status, 422);
    });
  });
});
