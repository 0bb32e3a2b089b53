import { describe, expect, test } from "vitest";
import {
  argon2id,
  Code,
  type DoorDraft,
  doorHash,
  doorKeys,
  doorSeed,
  exportScalar,
  failed,
  generateKeyPair,
  importVerifyingKey,
  isCanonical,
  isPoint,
  joinMember,
  learnManifest,
  type Manifest,
  meetMember,
  Needs,
  openDoor,
  openTitle,
  parseDoor,
  parseGenesis,
  parseLink,
  passwordBytes,
  Role,
  RoomState,
  readRecovery,
  sealDoor,
  sign,
  toHex,
  Verifier,
  verificationWords,
  verify,
  viewSecret,
  writeRecovery,
} from "../src/protocol.ts";
import { wordList } from "../src/rooms/WordList.ts";
import { type Founding, found, nextManifest, random } from "./Founding.ts";
import { ORIGIN, person } from "./People.ts";

describe("keys", () => {
  test("K2 every signature made here has a low s, whatever WebCrypto drew", async () => {
    const { privateKey, publicPoint } = await generateKeyPair("sign");
    const key = (await importVerifyingKey(publicPoint))!;
    for (let i = 0; i < 40; i++) {
      const data = random(i);
      const signature = await sign(privateKey, "record", data);
      expect(isCanonical(signature)).toBe(true);
      expect(await verify(key, "record", data, signature)).toBe(true);
    }
  });

  test("K1 a signature for one purpose is none for another", async () => {
    const { privateKey, publicPoint } = await generateKeyPair("sign");
    const key = (await importVerifyingKey(publicPoint))!;
    const signature = await sign(privateKey, "record", random(5));
    expect(await verify(key, "cert", random(5), signature)).toBe(false);
  });

  test("K3 a password is NFC and 1 to 1,024 bytes, and gives 32", async () => {
    const password = passwordBytes("pa\u0308ss");
    if (failed(password)) throw new Error(password.error);
    expect(password).toEqual(passwordBytes("p\u00e4ss"));
    expect(await argon2id(password, new Uint8Array(16))).toHaveLength(32);
    expect(passwordBytes("")).toEqual({ error: "Text" });
    expect(passwordBytes("x".repeat(1_025))).toEqual({ error: "Text" });
  });

  test("K4 a point off the curve, or a genesis with one, is none", async () => {
    const { genesis } = await found();
    expect(isPoint(genesis.ownerSignPub)).toBe(true);
    const bytes = genesis.bytes.slice();
    bytes[65]! ^= 1;
    expect(isPoint(bytes.subarray(1, 66))).toBe(false);
    expect(parseGenesis(bytes)).toEqual({ error: "Point" });
    expect(parseGenesis(genesis.bytes)).toMatchObject({ roomId: genesis.roomId });
    const other = genesis.bytes.slice();
    other[146]! ^= 1;
    expect(parseGenesis(other)).not.toMatchObject({ roomId: genesis.roomId });
  });
});

interface Doorway {
  readonly founding: Founding;
  readonly manifest: Manifest;
  readonly draft: DoorDraft;
  readonly secret: Uint8Array;
}

/** A room with one editor's door that needs a link. */
async function doorway(change: Partial<DoorDraft> = {}): Promise<Doorway & { bytes: Uint8Array }> {
  const founding = await found();
  const secret = random(32);
  const draft: DoorDraft = {
    id: 1,
    role: Role.Editor,
    needs: Needs.Link,
    epoch: 0,
    nonce: random(12),
    epochKey: founding.epochKeyBytes,
    admissionScalar: await exportScalar(founding.editorAdmission),
    ...change,
  };
  const { roomId } = founding.genesis;
  const { bytes } = await sealDoor(
    roomId,
    doorKeys(doorSeed(roomId, 1, Needs.Link, secret, undefined)!, roomId),
    draft,
  );
  const doors = [{ id: 1, role: draft.role, needs: draft.needs, hash: doorHash(bytes) }];
  const manifest = await nextManifest(founding, founding.manifest, { doors });
  return { founding, manifest, draft, secret, bytes };
}

async function enter(
  { founding, manifest, bytes }: Doorway & { bytes: Uint8Array },
  secret: Uint8Array,
): Promise<object> {
  const door = parseDoor(bytes);
  if (failed(door)) throw new Error(door.error);
  const { roomId } = founding.genesis;
  return openDoor(door, doorKeys(doorSeed(roomId, 1, Needs.Link, secret, undefined)!, roomId), manifest);
}

describe("doors", () => {
  test("K5 a door's seed takes what the door needs, and nothing less", async () => {
    const { roomId } = (await found()).genesis;
    const [link, pass] = [random(32), random(32)];
    expect(doorSeed(roomId, 1, Needs.Link, undefined, pass)).toBeUndefined();
    expect(doorSeed(roomId, 1, Needs.Password, link, undefined)).toBeUndefined();
    expect(doorSeed(roomId, 1, Needs.LinkAndPassword, link, undefined)).toBeUndefined();
    expect(doorSeed(roomId, 1, Needs.Link, link, pass)).toEqual(doorSeed(roomId, 1, Needs.Link, link, undefined));
    const seeds = [Needs.Link, Needs.LinkAndPassword, Needs.Password].map(
      (needs) => doorSeed(roomId, 1, needs, link, pass)!,
    );
    expect(new Set(seeds.map(toHex)).size).toBe(3);
    expect(viewSecret(link, roomId)).not.toEqual(link);
  });

  test("K7 a door opens to who holds its secret under a manifest that vouches for it", async () => {
    const way = await doorway();
    expect(await enter(way, way.secret)).toMatchObject({ epochKey: way.founding.epochKeyBytes });
  });

  test("K7 a door that the manifest does not name stays shut", async () => {
    const way = await doorway();
    expect(await enter({ ...way, manifest: way.founding.manifest }, way.secret)).toEqual({ error: "NotInManifest" });
  });

  test("K7 another secret's commitment differs", async () => {
    const way = await doorway();
    expect(await enter(way, random(32))).toEqual({ error: "Commit" });
  });

  test("K7 an epoch key that is not the manifest's is refused", async () => {
    const way = await doorway({ epochKey: random(32) });
    expect(await enter(way, way.secret)).toEqual({ error: "EpochKey" });
  });

  test("K7 an admission key that is not the manifest's is refused", async () => {
    const way = await doorway({ admissionScalar: await exportScalar(await generateKeyPair("sign", true)) });
    expect(await enter(way, way.secret)).toEqual({ error: "Admission" });
  });
});

describe("links", () => {
  const room = "00000000000000000000000000";
  const secret = "A".repeat(43);
  const good = `https://code.example/base/r/${room}#1.${secret}.0.${"A".repeat(11)}`;

  test("K8 a link", () =>
    expect(parseLink(good)).toMatchObject({ server: "https://code.example/base", door: 1, version: 0 }));

  test.each([
    ["NotALink", "hello"],
    ["NotALink", good.replace("https", "ftp")],
    ["NotALink", good.replace("#", "?")],
    ["NotALink", good.replace("code", "me@code")],
    ["Room", good.replace(room, `${room}0`)],
    ["Room", good.replace(room, `u${room.slice(1)}`)],
    ["Room", good.replace(room, `${room.slice(1)}1`)],
    ["Door", good.replace("#1.", "#01.")],
    ["Door", good.replace("#1.", "#256.")],
    ["Secret", good.replace(secret, `${secret.slice(1)}B`)],
    ["Version", good.replace(".0.", ".4294967296.")],
    ["Hash", good.slice(0, -1)],
    ["HostKey", `${good}.`],
    ["TooLarge", good + "x".repeat(4_096)],
  ])("K8 %s, case %#", (error, text) => expect(parseLink(text)).toEqual({ error }));
});

describe("the room's title, words and recovery", () => {
  test("M1 a title opens under its epoch and version only", async () => {
    const { epoch, manifest } = await found();
    expect(await openTitle(epoch, 0, manifest.title)).toBe("A room");
    expect(await openTitle(epoch, 1, manifest.title)).toBeUndefined();
  });

  test("K11 six words of 2,048, others for another manifest", async () => {
    const founding = await found();
    expect(new Set(wordList.trim().split(/\s+/)).size).toBe(2_048);
    const words = verificationWords(founding.genesis, founding.manifest);
    expect(words).toHaveLength(6);
    const next = await nextManifest(founding, founding.manifest);
    expect(verificationWords(founding.genesis, next)).not.toEqual(words);
  });

  test("K10 a kit gives the owner's keys back, not to a wrong passphrase", async () => {
    const { genesis, owner } = await found();
    const editSecret = random(32);
    const kit = await writeRecovery({ genesis, owner, editSecret }, "staple", random);
    const back = await readRecovery(kit, "staple");
    if ("error" in back) throw new Error(back.error);
    expect(back.editSecret).toEqual(editSecret);
    const key = (await importVerifyingKey(genesis.ownerSignPub))!;
    expect(
      await verify(key, "destroy", genesis.salt, await sign(back.owner.sign.privateKey, "destroy", genesis.salt)),
    ).toBe(true);
    expect(back.owner.sign.privateKey.extractable).toBe(false);
    expect(await readRecovery(kit, "stable")).toEqual({ error: "Passphrase" });
    expect(await readRecovery(kit, undefined)).toEqual({ error: "Passphrase" });
    expect(await readRecovery("{}", undefined)).toEqual({ error: "NotAKit" });
  });
});

describe("sessions", () => {
  async function hub(): Promise<{ founding: Founding; room: RoomState; verifier: Verifier }> {
    const founding = await found();
    const room = new RoomState("hub", founding.genesis, founding.incarnation);
    const verifier = new Verifier();
    await learnManifest(room, verifier, founding.manifest);
    return { founding, room, verifier };
  }
  const admission = { challenge: new Uint8Array(32), origins: [ORIGIN] };

  test("S2 a session replaces one of its own member, and ends it", async () => {
    const { founding, room, verifier } = await hub();
    const first = await person(founding, Role.Owner);
    await joinMember(room, verifier, first.cert, first.session, admission);
    const other = await person(founding, Role.Editor, { session: { replaces: first.session.sessionId } });
    expect(await joinMember(room, verifier, other.cert, other.session, admission)).toMatchObject({ rule: "S2" });
    const second = await person(founding, Role.Owner, { session: { replaces: first.session.sessionId } });
    expect(await joinMember(room, verifier, second.cert, second.session, admission)).toEqual({ verdict: "ok" });
    expect(room.members.get(first.session.sessionId)).toBeUndefined();
  });

  test("S4 at most 8 live sessions of a member", async () => {
    const { founding, room, verifier } = await hub();
    for (let i = 0; i <= 8; i++) {
      const { cert, session } = await person(founding, Role.Owner);
      const outcome = await joinMember(room, verifier, cert, session, admission);
      expect(outcome).toMatchObject(i < 8 ? { verdict: "ok" } : { rule: "S4", code: Code.RoomFull });
    }
  });

  test("S4 at most 64 live sessions in a room", async () => {
    const { founding, room, verifier } = await hub();
    for (let i = 0; i <= 64; i++) {
      const { cert, session } = await person(founding, Role.Viewer);
      const outcome = await joinMember(room, verifier, cert, session, admission);
      expect(outcome).toMatchObject(i < 64 ? { verdict: "ok" } : { rule: "S4", code: Code.RoomFull });
    }
  });

  test("S3 a client keeps a session whose signatures hold, and no other", async () => {
    const founding = await found();
    const room = new RoomState("client", founding.genesis, founding.incarnation);
    const verifier = new Verifier();
    await learnManifest(room, verifier, founding.manifest);
    const { cert, session } = await person(founding, Role.Editor);
    const forged = { ...session, signature: session.signature.map((byte, i) => (i === 63 ? byte ^ 1 : byte)) };
    expect(await meetMember(room, verifier, cert, forged, true)).toMatchObject({ rule: "S3" });
    expect(await meetMember(room, verifier, cert, session, true)).toEqual({ verdict: "ok" });
    expect(await meetMember(room, verifier, cert, session, false)).toEqual({ verdict: "ok" });
    expect(room.members.get(session.sessionId)?.live).toBe(false);
  });
});
