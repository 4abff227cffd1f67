/** Reasons of one kind, without a store. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Reason } from "../../../src/connector.ts";
import { reasonKind } from "../../../src/storage/rules/reason-kind.ts";

const said = (message: string): Reason => ({ words: "the destination refused it", status: 400, message });

describe("the kind of a reason", () => {
  it("is the same for whatever names, numbers and addresses stand in it", () => {
    const kind = reasonKind(said('property "chat_userid" of contact 4711 (a@example.com) does not exist'));
    assert.equal(kind, 'HTTP 400 · the destination refused it · property "…" of contact … … does not exist');
    assert.equal(reasonKind(said('property "other" of contact x9f-2 b@example.com does not exist')), kind);
    assert.equal(reasonKind(said("属性“甲”不存在")), reasonKind(said("属性“乙丙”不存在")));
  });

  it("is another for another status, category, word or message", () => {
    const kinds = [
      said("it is unknown"),
      said("it is locked"),
      { ...said("it is unknown"), status: 403 },
      { ...said("it is unknown"), category: "VALIDATION_ERROR" },
      { ...said("it is unknown"), words: "the destination is away" },
    ].map(reasonKind);
    assert.equal(new Set(kinds).size, kinds.length);
    assert.notEqual(reasonKind({ words: "answered HTTP 400" }), reasonKind({ words: "answered HTTP 500" }));
  });

  it("says a status once, and takes an apostrophe for no quote", () => {
    assert.equal(reasonKind({ words: "answered HTTP 400", status: 400 }), "answered HTTP 400");
    assert.equal(reasonKind({ words: "it doesn't know Jared's id" }), "it doesn't know Jared's id");
    assert.equal(reasonKind({ words: "no", message: "no" }), "no");
  });

  it("is short whatever a destination answers, and made at once", () => {
    const pages = ["<p class='x'>".repeat(20_000), '"'.repeat(99_999), "😀".repeat(50_000), "1".repeat(100_000)];
    for (const page of pages) {
      const kind = reasonKind(said(page));
      assert.ok([...kind].length <= 300 && kind.isWellFormed(), kind);
    }
  });
});
