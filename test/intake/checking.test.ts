/** What intake makes of a callback before it is kept, of very long ones too: the same as whoever reads all of it. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { describe, it } from "node:test";
import fc from "fast-check";
import { checkCallback } from "../../src/callback.ts";
import { understand } from "../../src/intake/checking.ts";
import { callbackBody } from "../support/callbacks.ts";

const SEVERAL_THOUSAND = 3_000;
const AT = Date.UTC(2026, 10, 27);
const USERS = Array.from({ length: SEVERAL_THOUSAND }, (_, index) => `user-${index}`);
const LONG_BODY = callbackBody({ users: USERS, eventTime: AT });

const callbackOf = (body: string | Uint8Array) => ({
  ...{ app: "1400000000", command: "OfficialAccount.CallbackAfterDeleteSubscriber", platform: "iOS", clientIp: "" },
  ...{ receivedAt: AT, body: typeof body === "string" ? Buffer.from(body) : body },
});

/** What is said of the whole of it. */
function read(body: string | Uint8Array) {
  const checked = checkCallback(callbackOf(body));
  if (!checked.ok) return checked;
  return { ok: true, namesAnybody: checked.users.length > 0, quarantine: checked.quarantine };
}

/** The texts that are parsed meanwhile. */
function parsedBy(work: () => unknown): string[] {
  const { parse } = JSON;
  const texts: string[] = [];
  JSON.parse = (text: string, ...rest) => {
    texts.push(text);
    return parse(text, ...rest);
  };
  try {
    work();
  } finally {
    JSON.parse = parse;
  }
  return texts;
}

describe("a callback that names thousands of users", () => {
  it("is understood without one object for each of them", () => {
    const [text = "", ...others] = parsedBy(() => {
      assert.deepEqual(understand(callbackOf(LONG_BODY)), { ok: true, namesAnybody: true, quarantine: [] });
    });
    assert.deepEqual(others, []);
    assert.ok(text.length < 1_000, `${text.length} characters were parsed`);
  });

  it("is as well where blanks and line ends stand between all of it", () => {
    const spread = JSON.stringify(JSON.parse(LONG_BODY), null, 2);
    const [text = ""] = parsedBy(() => assert.deepEqual(understand(callbackOf(spread)), read(spread)));
    assert.ok(text.length < 1_000, `${text.length} characters were parsed`);
  });

  it("quarantines each whom nobody could be told of, as a short one does", () => {
    const odd = ["", "x".repeat(300), "line\nend", "\ud800", 'quo"ted\\', "ü".repeat(200)];
    const body = callbackBody({ users: [...USERS, ...odd, "last"], eventTime: AT });
    const understood = understand(callbackOf(body));
    assert.deepEqual(understood, read(body));
    assert.equal(understood.ok && understood.quarantine.length, 5);
  });
});

const LIST = '"SubscribeAccountList":[';
const entries = LONG_BODY.slice(LONG_BODY.indexOf(LIST) + LIST.length, LONG_BODY.indexOf("]"));

/** Long bodies that are odd around their list, or in it. */
const ODD: Readonly<Record<string, string>> = {
  "ends in the list": LONG_BODY.slice(0, -60),
  "has a comma behind the last": LONG_BODY.replace("}]", "},]"),
  "has no comma between two": LONG_BODY.replace("},{", "}{"),
  "has its list twice, the last one empty": LONG_BODY.replace("}],", '}],"SubscribeAccountList":[],'),
  "has its list twice, the last one of no objects": LONG_BODY.replace("}],", '}],"SubscribeAccountList":[1],'),
  "has the list one level down": LONG_BODY.replace(LIST, `"Inner":{${LIST}`).replace("}],", "}]},"),
  "has the list's name in a text before": LONG_BODY.replace(LIST, `"Note":"\\"SubscribeAccountList\\":[",${LIST}`),
  "has a name that ends like the list's": LONG_BODY.replace(LIST, '"x\\"SubscribeAccountList":['),
  "has the list in a text that ends before": LONG_BODY.replace(LIST, `"Note":"${LIST}`),
  "has a member beside an id": LONG_BODY.replace(
    '{"Subscriber_Account":"user-9"',
    '{"Nick":"n","Subscriber_Account":"user-9"',
  ),
  "has an id twice in one": LONG_BODY.replace('"user-9"', '"user-9","Subscriber_Account":""'),
  "has a number as an id": LONG_BODY.replace('"user-9"', "9"),
  "has a blank that JSON does not know": LONG_BODY.replace("},{", "},\u000b{"),
  "has a control character in an id": LONG_BODY.replace("user-9", "user\t9"),
  "has another list behind": LONG_BODY.replace("}],", `}],"Other":[${entries}],`),
  "is nested deeper than anything": LONG_BODY.replace(LIST, `"Deep":${"[".repeat(40)}${"]".repeat(40)},${LIST}`),
  "is nothing but brackets": LONG_BODY.replace(LIST, `"Many":[${"[],".repeat(100_000)}[]],${LIST}`),
  "has seconds as its time": LONG_BODY.replace(String(AT), String(AT / 1_000)),
  "is of another command": LONG_BODY.replace("DeleteSubscriber", "AddSubscriber"),
  "begins with a mark of the byte order": `\ufeff${LONG_BODY}`,
};

describe("a long body is understood as whoever reads all of it understands it", () => {
  for (const [name, body] of Object.entries(ODD)) {
    it(`which ${name}`, () => {
      assert.notEqual(body, LONG_BODY);
      assert.deepEqual(understand(callbackOf(body)), read(body));
    });
  }

  it("which is not UTF-8 somewhere", () => {
    for (const place of [20, 100, LONG_BODY.length / 2, LONG_BODY.length - 3]) {
      const body = Buffer.from(LONG_BODY);
      body[Math.floor(place)] = 0xff;
      assert.deepEqual(understand(callbackOf(body)), read(body));
    }
  });

  it("which had any piece replaced by any other", () => {
    const piece = fc.constantFrom(
      "",
      '"',
      "\\",
      "[",
      "]",
      "{",
      "}",
      ",",
      ":",
      " ",
      "\n",
      "\u0001",
      "x",
      LIST,
      "null",
      '""',
      "}],",
    );
    const place = fc.nat(LONG_BODY.length);
    fc.assert(
      fc.property(fc.constantFrom("head", "list", "tail"), place, fc.nat(12), piece, (where, nat, cut, put) => {
        const size = 300;
        const from = { head: nat % size, list: nat, tail: LONG_BODY.length - (nat % size) }[where];
        const body = LONG_BODY.slice(0, from) + put + LONG_BODY.slice(from + cut);
        assert.deepEqual(understand(callbackOf(body)), read(body));
      }),
      { numRuns: 150 },
    );
  });
});
