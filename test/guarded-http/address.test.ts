import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { isLiteralAddress, notPublic } from "../../src/guarded-http/address.ts";
import { ForbiddenAddress, guardedLookup, type ResolvedAddress } from "../../src/guarded-http/lookup.ts";

describe("which addresses are public", () => {
  const inside = [
    ...[
      "0.0.0.0",
      "0.1.2.3",
      "10.0.0.1",
      "100.64.0.1",
      "100.127.255.255",
      "127.0.0.1",
      "127.255.0.1",
      "169.254.169.254",
    ],
    ...["172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.1"],
    ...["203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"],
    ...[
      "::",
      "::1",
      "fe80::1",
      "fe80::1%eth0",
      "fc00::1",
      "fd12:3456::1",
      "fec0::1",
      "ff02::1",
      "100::1",
      "2001:db8::1",
    ],
    // an IPv4 address of the inside, wrapped: mapped, compatible, SIIT, NAT64 (global and local), 6to4, Teredo
    ...[
      "::ffff:127.0.0.1",
      "::ffff:a00:1",
      "::10.0.0.1",
      "::ffff:0:10.0.0.1",
      "64:ff9b::10.0.0.1",
      "64:ff9b::a9fe:a9fe",
    ],
    ...["64:ff9b:1::808:808", "2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    ...["partner.example", ""],
  ];
  for (const address of inside) {
    it(`takes "${address}" for not public`, () => assert.notEqual(notPublic(address), undefined));
  }
  for (const address of [
    "8.8.8.8",
    "100.63.255.255",
    "172.32.0.1",
    "2606:4700::1111",
    "[2606:4700::1111]",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
  ]) {
    it(`takes ${address} for public`, () => assert.equal(notPublic(address), undefined));
  }

  it("tells addresses from names", () => {
    assert.deepEqual(["10.0.0.1", "[::1]", "partner.example"].map(isLiteralAddress), [true, true, false]);
  });
});

describe("a guarded lookup", () => {
  const lookUp = (answers: ResolvedAddress[][], allowPrivate = false) => {
    const lookup = guardedLookup(async () => answers.shift() ?? [], allowPrivate);
    const all = promisify<string, { all: true }, unknown>(lookup as never);
    return () => all("partner.example", { all: true });
  };
  const PUBLIC = { address: "8.8.8.8", family: 4 };
  const PRIVATE = { address: "10.0.0.1", family: 4 };
  const MAPPED = { address: "::ffff:10.0.0.1", family: 6 };

  it("judges a name anew each time, so that one which is bound to another address gains nothing", async () => {
    const lookup = lookUp([[PUBLIC], [PRIVATE], [MAPPED]]);
    assert.deepEqual(await lookup(), [PUBLIC]);
    await assert.rejects(lookup(), ForbiddenAddress);
    await assert.rejects(lookup(), ForbiddenAddress);
  });

  it("leaves out the addresses that are not public", async () => {
    assert.deepEqual(await lookUp([[PRIVATE, PUBLIC, MAPPED]])(), [PUBLIC]);
  });

  it("lets private ones through where the settings permit it", async () => {
    assert.deepEqual(await lookUp([[PRIVATE, PUBLIC]], true)(), [PRIVATE, PUBLIC]);
  });

  it("fails for a name without any address", async () => {
    await assert.rejects(lookUp([[]])(), /no address/);
  });

  it("gives one address of the wanted family to those who want one", async () => {
    const six = { address: "2606:4700::1111", family: 6 };
    const lookup = guardedLookup(async () => [PUBLIC, six], false);
    const found = await new Promise((resolve) =>
      lookup("partner.example", { family: 6 }, (error, address, family) => resolve([error, address, family])),
    );
    assert.deepEqual(found, [null, six.address, 6]);
  });
});
