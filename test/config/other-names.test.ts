/** What people call a choice or a setting elsewhere, however they write it; and who is taken for nothing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { calledElsewhere, placeMeant, settingCalledElsewhere } from "../../src/config/settings/other-names.ts";

describe("a word of another program", () => {
  it("is known in any case, with blanks around it, and among the choices alone", () => {
    assert.equal(calledElsewhere(" Lark ", ["dingtalk", "feishu"]), "feishu");
    assert.equal(calledElsewhere("LARKSUITE", ["feishu"]), "feishu");
    assert.equal(calledElsewhere("lark", ["dingtalk", "wecom"]), undefined);
    assert.equal(calledElsewhere("nothing", ["feishu"]), undefined);
  });

  it("is none of those that every object has", () => {
    for (const choice of ["constructor", "toString", "__proto__"]) {
      assert.equal(calledElsewhere("feishu", [choice]), undefined, choice);
    }
  });
});

describe("a setting of another program", () => {
  it("is known in any case, and with dashes or blanks for underscores", () => {
    for (const name of ["Rate-Limit", "RATE LIMIT", "rate_limit", "rate - limit"]) {
      assert.equal(settingCalledElsewhere(name, ["rate", "timeout"]), "rate", name);
    }
  });

  it("is the one that has it as a part, or begins with it where it is longer than three letters", () => {
    assert.equal(settingCalledElsewhere("Token", ["access_token", "base_url"]), "access_token");
    assert.equal(settingCalledElsewhere("undel", ["undelivered_after", "rate"]), "undelivered_after");
    assert.equal(settingCalledElsewhere("exclude", ["except", "only"]), "except");
    assert.equal(settingCalledElsewhere("und", ["undelivered_after", "rate"]), undefined);
  });

  it("is none where several have it as a part, and none of them means the same", () => {
    assert.equal(settingCalledElsewhere("delay", ["first_delay", "max_delay"]), undefined);
  });

  it("is not itself, where another is meant by the same name", () => {
    assert.equal(settingCalledElsewhere("rate", ["rate", "rate_limit"]), "rate_limit");
  });

  it("that belongs elsewhere has its place said, at the top of the file alone", () => {
    for (const name of ["events", "rate", "enabled", "retry"])
      assert.match(placeMeant(name) ?? "", /below each connector/, name);
    for (const name of ["test", "tests"]) assert.match(placeMeant(name) ?? "", /tests\/\*\.yaml/, name);
    for (const name of ["testing", "contests", "latest"]) assert.equal(placeMeant(name), undefined, name);
  });
});
