import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { forbidden, unauthentic } from "./access.ts";

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe("HubSpot's token", () => {
  it("is the one that is known, or any where none is", () => {
    const known = { token: "t", scopes: [] };
    assert.equal(unauthentic(bearer("t"), known), undefined);
    const strangers = [bearer("other"), bearer(""), { headers: {} }, { headers: { authorization: "Basic t" } }];
    assert.deepEqual(
      strangers.map((one) => unauthentic(one, known)?.status),
      [401, 401, 401, 401],
    );
    assert.equal(unauthentic(bearer("other"), { ...known, token: undefined }), undefined);
    assert.equal(unauthentic({ headers: {} }, { ...known, token: undefined })?.status, 401);
  });
});

describe("HubSpot's scopes", () => {
  const asked = [
    ["GET", "/crm/v3/properties/contacts", "crm.schemas.contacts.read"],
    ["GET", "/crm/v3/objects/contacts/7", "crm.objects.contacts.read"],
    ["POST", "/crm/v3/objects/contacts/search", "crm.objects.contacts.read"],
    ["POST", "/crm/v3/objects/contacts/batch/read", "crm.objects.contacts.read"],
    ["POST", "/crm/v3/objects/contacts/batch/update", "crm.objects.contacts.write"],
    ["POST", "/crm/v3/objects/contacts/batch/create", "crm.objects.contacts.write"],
    ["GET", "/crm/properties/2026-09/contacts/age", "crm.schemas.contacts.read"],
    ["POST", "/crm/objects/2026-09/contacts/search", "crm.objects.contacts.read"],
    ["POST", "/crm/objects/2026-09/contacts/batch/update", "crm.objects.contacts.write"],
  ] as const;
  for (const [method, path, scope] of asked) {
    it(`${method} ${path} takes ${scope}, which is named where it is wanting`, () => {
      assert.equal(forbidden({ method, path }, { token: "t", scopes: [scope] }), undefined);
      const answer = forbidden({ method, path }, { token: "t", scopes: ["oauth"] });
      assert.equal(answer?.status, 403);
      assert.match(JSON.stringify(answer?.body), new RegExp(`"requiredGranularScopes":\\["${scope}"\\]`));
    });
  }

  it("are asked of nobody who looks at the account", () => {
    for (const version of ["v3", "2026-09"]) {
      const path = `/account-info/${version}/details`;
      assert.equal(forbidden({ method: "GET", path }, { token: "t", scopes: [] }), undefined);
    }
  });
});
