/** What fails once is asked for again, and what fails is said in words. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { followingOf } from "../../src/admin/following.ts";
import { packedAssets } from "../../src/admin/packed-assets.ts";
import type { Asset } from "../../src/basics/assets.ts";

describe("files for browsers", () => {
  it("are read again by whoever looks next, where they could not be read", async () => {
    const file = { file: "nowhere/at-all.css" as Asset, type: "text/css" };
    const assets = packedAssets<"page.css">("/assets", { "page.css": file });
    await assert.rejects(assets.links((path) => path));
    file.file = "src/api/browser/docs.js";
    const at = await assets.links((path) => path);
    assert.match(at("page.css"), /^\/assets\/[0-9a-f]{12}\/page\.css$/);
  });
});

describe("following somebody", () => {
  it("says why nobody answers, and not what kind of error that is", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
    const found = await followingOf("jared", () => Promise.reject(refused)).look();
    assert.ok(found.tag === "unseen");
    assert.match(found.why, /^its admin listener does not answer: (?!Error)/);
  });
});
