/** What a store that does not know the connectors yet does for a machine. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { RegistrationReport } from "../../src/storage/contract/connectors.ts";
import { METHODS, type Method, type Storage } from "../../src/storage/contract/storage.ts";
import { registeredFirst } from "../../src/storage/registered-first.ts";

const names = Object.keys(METHODS) as readonly Method[];

/** A store that answers each method with its name, and `register` as it is told. */
function storeWith(register: () => Promise<RegistrationReport>): Storage {
  const answers = names.map((name) => [name, async () => name] as const);
  return { ...Object.fromEntries(answers), register } as unknown as Storage;
}

/** Which of its methods answer, but for `register`. */
async function answering(storage: Storage): Promise<readonly Method[]> {
  const asked = names.filter((name) => name !== "register");
  const answers = await Promise.allSettled(asked.map((name) => (storage[name] as () => Promise<unknown>)()));
  return asked.filter((_, index) => answers[index]?.status === "fulfilled");
}

const whyNot = async (storage: Storage): Promise<string> => {
  const refusal: unknown = await storage.accept({ callbacks: [], quarantine: [] }).catch((error: unknown) => error);
  return refusal instanceof Error ? refusal.message : "it was taken";
};

const report = (refused: RegistrationReport["refused"]) => ({ refused }) as RegistrationReport;
const REGISTER: Parameters<Storage["register"]> = [[]];

describe("a store that was not told the connectors of a machine", () => {
  it("answers whoever only asks, notes signs of life, and does nothing else", async () => {
    const storage = registeredFirst(storeWith(async () => report([])));
    const reading = names.filter((name) => METHODS[name] === "reads");
    assert.deepEqual(new Set(await answering(storage)), new Set([...reading, "serving", "ended"]));
    assert.match(await whyNot(storage), /was not told the connectors yet/);
  });

  it("does all as soon as it was told", async () => {
    const storage = registeredFirst(storeWith(async () => report([])));
    await storage.register(...REGISTER);
    assert.deepEqual(new Set(await answering(storage)), new Set(names.filter((name) => name !== "register")));
  });

  it("takes nothing while it refuses one of them, or cannot be told, and says why", async () => {
    const why = "it was renamed from one that is there";
    const answers = [
      () => Promise.reject(new Error("it is starting up")),
      async () => report([{ name: "crm", why }]),
      async () => report([]),
    ];
    const storage = registeredFirst(storeWith(() => answers.shift()?.() ?? assert.fail("asked too often")));
    await assert.rejects(storage.register(...REGISTER), /starting up/);
    assert.equal(await whyNot(storage), "it is starting up");
    assert.deepEqual((await storage.register(...REGISTER)).refused, [{ name: "crm", why }]);
    assert.equal(await whyNot(storage), `connectors.crm: ${why}`);
    await storage.register(...REGISTER);
    assert.equal(await whyNot(storage), "it was taken");
  });
});
