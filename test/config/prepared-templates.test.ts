/** What all templates of one delivery may take together, by a clock that is turned: nothing here depends on how fast anything is. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { openTemplates, renderAhead } from "../../src/config/templates/prepared-templates.ts";
import { TemplateError } from "../../src/config/templates/template-faults.ts";
import type { RenderLimit } from "../../src/config/templates/templates.ts";
import type { Render } from "../../src/connector.ts";
import { sampleDelivery } from "../../src/connector-tools.ts";

const delivery = sampleDelivery();
const SLOW = new TemplateError({ what: "slow", todo: "make it simpler", index: 0 }, true);

/** @param tooks how long each rendering takes, in milliseconds; one that is given less than that is stopped */
function opened(tooks: readonly number[]) {
  let clock = 1_000;
  const limits: RenderLimit[] = [];
  const plain: Render = () => "plain";
  const templates = openTemplates(
    () => plain,
    () => clock,
    () => (_delivery, limit) => {
      const took = tooks[limits.length] ?? 0;
      limits.push(limit);
      clock += Math.min(took, limit.ms);
      if (took > limit.ms) throw SLOW;
      return "made";
    },
  );
  return { templates, limits };
}

describe("the templates of one delivery", () => {
  it("have 200 ms together: what one takes, the others do not have", () => {
    const { templates, limits } = opened([150, 49, 0]);
    for (const source of ["one", "two", "three"]) templates.compile(source);
    assert.equal(templates.renderAll(delivery), 3 * "made".length);
    assert.deepEqual(limits, [
      { ms: 200, tries: 1 },
      { ms: 50, tries: 1 },
      { ms: 1, tries: 1 },
    ]);
  });

  it("have at least a millisecond each, since none would mean no limit", () => {
    const { templates, limits } = opened([200, 0]);
    for (const source of ["one", "two"]) templates.compile(source);
    assert.notEqual(templates.renderAll(delivery), undefined);
    assert.deepEqual(
      limits.map(({ ms }) => ms),
      [200, 1],
    );
  });

  it("are given up together where one takes too long, and begun anew with all the time at the next try", async () => {
    const { templates, limits } = opened([100, 101, 100, 100]);
    const renders = ["one", "two"].map((source) => templates.compile(source));
    await renderAhead(templates, delivery);
    assert.deepEqual(
      limits.map(({ ms }) => ms),
      [200, 100, 200, 100],
    );
    assert.deepEqual(
      renders.map((render) => render(delivery)),
      ["made", "made"],
    );
  });

  it("are refused in plain words where they take too long three times", async () => {
    const { templates, limits } = opened([201, 201, 201, 0]);
    templates.compile("one");
    await assert.rejects(renderAhead(templates, delivery), /takes too much time for this person/);
    assert.equal(limits.length, 3);
  });
});
