import { describe, expect, test } from "vitest";
import {
  doorHash,
  doorKeys,
  doorsMatch,
  idOf,
  Limits,
  learnManifest,
  linkAgrees,
  linkAnchor,
  type ManifestFields,
  type MemberId,
  Needs,
  parseManifest,
  Role,
  RoomState,
  sealDoor,
  signManifest,
  Verifier,
} from "../src/protocol.ts";
import { found, nextManifest, random } from "./Founding.ts";

/** What the parser says of a manifest with this change, signed as it stands. */
async function parsed(change: Partial<ManifestFields>): Promise<object> {
  const founding = await found();
  return parseManifest((await nextManifest(founding, founding.manifest, change)).bytes);
}

const members = (count: number) => Array.from({ length: count }, () => idOf<MemberId>(random(16)));
const door = (id: number) => ({ id, role: Role.Editor, needs: Needs.Link, hash: random(32) }) as const;
const doors = (count: number) => Array.from({ length: count }, (_, id) => door(id));

describe("the manifest parser", () => {
  test("M1 at every bound it parses, and gives back what was signed", async () => {
    const founding = await found();
    const change = {
      keepers: members(16),
      locked: members(Limits.MaxLockedMembers),
      doors: doors(16),
      flags: 15,
      policy: 127,
    };
    const manifest = await nextManifest(founding, founding.manifest, change);
    expect(manifest.bytes.length).toBeLessThanOrEqual(Limits.MaxManifestBytes);
    expect(parseManifest(manifest.bytes)).toEqual(manifest);
  });

  const twice = members(1)[0]!;
  test.each<[string, Partial<ManifestFields>, string]>([
    ["no owner", { owners: [] }, "Length"],
    ["17 keepers", { keepers: members(17) }, "Length"],
    ["1,025 locked members", { locked: members(1_025) }, "Length"],
    ["17 doors", { doors: doors(17) }, "Length"],
    ["a title of 28 bytes", { title: random(28) }, "Length"],
    ["a title of 257 bytes", { title: random(257) }, "Length"],
    ["half a previous epoch key", { prevEpochKey: random(30) }, "Length"],
    ["a keeper twice", { keepers: [twice, twice] }, "Duplicate"],
    ["a door id twice", { doors: [door(3), door(3)] }, "Duplicate"],
    ["an unknown flag", { flags: 16 }, "Value"],
    ["an unknown policy", { policy: 128 }, "Value"],
    ["an admission key that is no point", { admissionEditor: random(65) }, "Point"],
  ])("M1 %s is refused", async (_, change, error) => expect(await parsed(change)).toEqual({ error }));

  test("M1 an owner twice, and more than 32 KiB, are refused", async () => {
    const founding = await found();
    const owner = founding.manifest.owners[0]!;
    expect(parseManifest((await nextManifest(founding, founding.manifest, { owners: [owner, owner] })).bytes)).toEqual({
      error: "Duplicate",
    });
    expect(parseManifest(new Uint8Array(Limits.MaxManifestBytes + 1))).toEqual({ error: "TooLarge" });
  });
});

describe("the chain at a client", () => {
  test("M6 two signed manifests of one version are a fork, one unsigned is not", async () => {
    const founding = await found();
    const room = new RoomState("client", founding.genesis, founding.incarnation);
    const verifier = new Verifier();
    const learn = (manifest: typeof founding.manifest) => learnManifest(room, verifier, manifest);
    await learn(founding.manifest);
    expect(await learn(await nextManifest(founding, founding.manifest))).toEqual({ verdict: "ok" });
    const stranger = (await found()).owner.sign.privateKey;
    const forged = await nextManifest(founding, founding.manifest, { policy: 1 }, stranger);
    expect(await learn(forged)).toMatchObject({ verdict: "refused", rule: "M3" });
    const other = await nextManifest(founding, founding.manifest, { policy: 1 });
    expect(await learn(other)).toMatchObject({ verdict: "alarm", rule: "M6" });
    expect(room.manifests.newest?.policy).toBe(0);
  });

  test("M3 an owner of the version before signs, also one that this version drops", async () => {
    const founding = await found();
    const second = await found();
    const { signPub, dhPub } = second.manifest.owners[0]!;
    const room = new RoomState("client", founding.genesis, founding.incarnation);
    const verifier = new Verifier();
    const two = await nextManifest(founding, founding.manifest, {
      owners: [...founding.manifest.owners, { signPub, dhPub }],
    });
    const early = await signManifest({ ...two, signer: 1 }, second.owner.sign.privateKey);
    const alone = { owners: [{ signPub, dhPub }], signer: 1 };
    const handed = await nextManifest(founding, two, alone, second.owner.sign.privateKey);
    await learnManifest(room, verifier, founding.manifest);
    expect(await learnManifest(room, verifier, early)).toMatchObject({ rule: "M3" });
    expect(await learnManifest(room, verifier, two)).toEqual({ verdict: "ok" });
    expect(await learnManifest(room, verifier, handed)).toEqual({ verdict: "ok" });
  });

  test("K9 a link agrees with the chain it was made of, not with an older or another one", async () => {
    const founding = await found();
    const room = new RoomState("client", founding.genesis, founding.incarnation);
    const verifier = new Verifier();
    await learnManifest(room, verifier, founding.manifest);
    const next = await nextManifest(founding, founding.manifest);
    const link = linkAnchor(next);
    expect(linkAgrees(link, room.manifests)).toBe(false);
    await learnManifest(room, verifier, next);
    expect(linkAgrees(link, room.manifests)).toBe(true);
    expect(linkAgrees(linkAnchor(founding.manifest), room.manifests)).toBe(true);
    expect(linkAgrees({ ...link, hash: random(8) }, room.manifests)).toBe(false);
  });
});

test("M7 doors come whole and in order, each with the hash that its manifest names", async () => {
  const founding = await found();
  const { roomId } = founding.genesis;
  const draft = {
    role: Role.Editor,
    needs: Needs.Link,
    epoch: 0,
    epochKey: random(32),
    admissionScalar: random(32),
  } as const;
  const seal = (id: number) => sealDoor(roomId, doorKeys(random(32), roomId), { ...draft, id, nonce: random(12) });
  const [one, two, stray] = [await seal(1), await seal(2), await seal(2)];
  const named = [one, two].map(({ id, role, needs, bytes }) => ({ id, role, needs, hash: doorHash(bytes) }));
  const manifest = await nextManifest(founding, founding.manifest, { doors: named });
  expect(doorsMatch(manifest, [one, two])).toBe(true);
  for (const wrong of [[one], [two, one], [one, stray], [one, two, two]])
    expect(doorsMatch(manifest, wrong)).toBe(false);
});
