import { afterEach, expect, test } from "vitest";
import { importVerifyingKey, parseGenesis, roomIdText, verify } from "../../src/index.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company } from "./Company.ts";

const company = new Company();
afterEach(() => company.part());

const GENESIS = { from: 1, until: 148 };
const SIGNATURE_BYTES = 64;

test("D1 who made the room signs whether it is listed, over its Genesis; another member cannot", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  expect([ada.listing.isMine, bob.listing.isMine]).toEqual([true, false]);
  await expect(bob.listing.sign("Mine now")).rejects.toThrow("Only who made the room");
  await expect(ada.listing.sign("two\nlines")).rejects.toThrow();
  for (const name of ["Open evening", ""]) {
    const word = await ada.listing.sign(name);
    const genesis = parseGenesis(word.slice(GENESIS.from, GENESIS.until));
    if (failed(genesis)) throw new Error(genesis.error);
    expect(roomIdText(genesis.roomId)).toBe(ada.view.get().id);
    const [said, signature] = [word.subarray(0, -SIGNATURE_BYTES), word.subarray(-SIGNATURE_BYTES)];
    const owner = await importVerifyingKey(genesis.ownerSignPub);
    expect(await verify(owner!, "listing", said, signature)).toBe(true);
    expect(new TextDecoder().decode(said.subarray(GENESIS.until + 10))).toBe(name);
  }
});
