import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { compileTemplate, literally, template } from "../../src/config/templates/templates.ts";
import { VARIABLES, variablesOf } from "../../src/config/templates/variables.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";

const DELIVERY = sampleDelivery("jared", {
  operator: "admin",
  byAdmin: true,
  eventTime: Date.UTC(2026, 0, 31, 8, 0, 0, 123),
  receivedAt: Date.UTC(2026, 0, 31, 8, 0, 1),
});

const render = (source: unknown): unknown => template(source)(DELIVERY);

describe("template variables", () => {
  const expected: Readonly<Record<string, unknown>> = {
    event: "unsubscribed",
    user_id: "jared",
    official_account: "@TOA#_news",
    operator: "admin",
    by_admin: true,
    platform: "iOS",
    client_ip: "203.0.113.7",
    event_time: "2026-01-31T08:00:00.123Z",
    received_at: "2026-01-31T08:00:01.000Z",
    app_id: "1400000000",
    event_id: DELIVERY.event.id,
    delivery_id: DELIVERY.id,
    source: "",
    discovered_at: "",
    happened_between: "",
  };

  for (const name of VARIABLES.keys()) {
    it(`{{ ${name} }} is what is documented, with its type`, () => {
      assert.ok(name in expected, "a test is missing");
      assert.deepEqual(render(`{{ ${name} }}`), expected[name]);
    });
  }

  it("tell of what no callback told how it was found, and when it must have happened", () => {
    const [from, eventTime, discoveredAt] = [1, 2, 3].map((hour) => Date.UTC(2026, 0, 31, hour)) as [
      number,
      number,
      number,
    ];
    const healed = { source: "reconcile", discoveredAt, happenedBetween: [from, eventTime] } as const;
    const delivery = { ...DELIVERY, event: { ...DELIVERY.event, eventTime, ...healed } };
    assert.deepEqual(
      template("{{ source }} {{ discovered_at }} {{ happened_between }}")(delivery),
      [...["reconcile", "2026-01-31T03:00:00.000Z", "2026-01-31T01:00:00.000Z/2026-01-31T02:00:00.000Z"]].join(" "),
    );
  });

  it("stand under any name, `__proto__` too", () => {
    const rendered = render(JSON.parse('{ "__proto__": "{{ user_id }}", "platform": "{{ platform }}" }'));
    assert.equal(JSON.stringify(rendered), '{"__proto__":"jared","platform":"iOS"}');
  });

  it("are those that are documented, and no others", () => {
    assert.deepEqual(Object.keys(variablesOf(DELIVERY)), [...VARIABLES.keys()]);
    assert.deepEqual(Object.keys(expected), [...VARIABLES.keys()]);
  });
});

describe("a template", () => {
  for (const [what, source, expected] of [
    ["keeps the type of one expression alone", "{{ by_admin }}", true],
    ["keeps it with blanks around", "  {{ by_admin }} ", true],
    ["is text with anything beside it", "{{ by_admin }}!", "true!"],
    ["is text when there are two expressions", "{{ by_admin }}{{ by_admin }}", "truetrue"],
    ["keeps a number that a filter makes", "{{ user_id | size }}", 5],
    ["formats times in UTC on every machine", "{{ event_time | date: '%Y-%m-%d %H:%M' }}", "2026-01-31 08:00"],
    ["knows conditions", "{% if by_admin %}admin{% else %}user{% endif %}", "admin"],
    ["is left alone without braces", "plain text", "plain text"],
    ["keeps its own line breaks", "a\n{{ user_id }}", "a\njared"],
  ] as const) {
    it(what, () => assert.deepEqual(render(source), expected));
  }

  it("says the same, put together without the engine, as the engine does", () => {
    const text = fc.string({ unit: "grapheme" }).filter((part) => !/[{}]/.test(part));
    const variable = fc.constantFrom(...VARIABLES.keys()).map((name) => `{{ ${name} }}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(text, variable)), fc.string(), (parts, user) => {
        const source = `-${parts.join("")}`;
        const delivery = sampleDelivery(user, { operator: "{{ x }}" });
        // a condition is left to the engine
        assert.equal(template(source)(delivery), template(`${source}{% if true %}{% endif %}`)(delivery));
      }),
    );
  });

  it("may be a tree of any values, of which the texts are rendered", () => {
    const tree = { a: ["{{ user_id }}", 1, null, true], b: { c: "x-{{ platform }}" }, __proto__: { d: "{{ no }}" } };
    assert.deepEqual(render(tree), { a: ["jared", 1, null, true], b: { c: "x-iOS" } });
  });

  it("does not read what an event holds as a template", () => {
    const delivery = sampleDelivery("{{ operator }}{% include 'x' %}");
    assert.equal(template("{{ user_id }}")(delivery), "{{ operator }}{% include 'x' %}");
  });

  it("renders a value from outside to that value", () => {
    for (const value of ["{{ user_id }}", "{% raw %}", "{", "}}", "{{'{'}}", 'a "b" {']) {
      assert.equal(render(`x${literally(value)}`), `x${value}`);
    }
  });

  for (const [what, source] of [
    ["unknown variable", "{{ email }}"],
    ["unknown variable in a condition", "{% if email %}{% endif %}"],
    ["unknown filter", "{{ user_id | shout }}"],
    ["part that a variable has not", "{{ user_id.name }}"],
    ["way to JavaScript's objects", "{{ user_id.constructor }}"],
    ["file", "{% include 'config/bridge.yaml' %}"],
    ["file by another tag", "{% render 'x' %}"],
    ["layout", "{% layout 'x' %}"],
  ] as const) {
    it(`knows no ${what}`, () => {
      const compiled = compileTemplate(source);
      if (!compiled.ok) return;
      assert.throws(() => compiled.render(DELIVERY));
    });
  }

  for (const [what, source] of [
    ["a loop without end", "{% for i in (1..999999999) %}x{% endfor %}"],
    ["loops in loops", `${"{% for i in (1..900) %}".repeat(4)}x${"{% endfor %}".repeat(4)}`],
    [
      "a text that doubles",
      "{% assign a = 'x' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{ a }}",
    ],
    ["a long padding", "{{ 'x' | times: 1 | append: 'y' }}{% for i in (1..100000000) %}{% endfor %}"],
  ] as const) {
    it(`is stopped that makes ${what}`, () => {
      const compiled = compileTemplate(source);
      assert.ok(compiled.ok);
      assert.throws(() => compiled.render(DELIVERY), /takes too much time or memory|longer than/);
    });
  }

  it("throws in plain words what cannot be compiled", () => {
    assert.throws(
      () => template({ a: "{{ usr_id }}" }),
      /^Error: unknown variable "usr_id"; did you mean \{\{ user_id \}\}\?$/,
    );
  });
});
