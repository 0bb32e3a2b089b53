import { expect, test } from "vitest";
import {
  Code,
  epochKeyHash,
  generateKeyPair,
  importEpochKey,
  type KeyPair,
  ManifestFlag,
  openRecord,
  openWrap,
  proveWrap,
  RecordClass,
  RecordKeys,
  Role,
  sealPrevious,
  takePosition,
  wrapRole,
} from "../src/index.ts";
import { signCert, signSession } from "../src/protocol.ts";
import { nextManifest, random } from "./Founding.ts";
import { certFields, type Person, person, sessionFields } from "./People.ts";
import { Table } from "./Table.ts";

/**
 * What somebody with a client of their own can do after new rules took something away from them, where the hub helps and puts anything
 * anywhere: the judge of an honest client decides.
 */
const { Edit, Fence } = RecordClass;

interface NewEpoch {
  readonly epochKey: Uint8Array;
  readonly editors: KeyPair;
}

/** The owner gives the room new keys; the owner's session goes on under them. */
async function rekey(table: Table): Promise<NewEpoch & { readonly owner: Person }> {
  const { founding, room } = table;
  const epochKey = random(32);
  const epoch = await importEpochKey(room.roomId, 1, epochKey);
  const [editors, viewers] = [await generateKeyPair("sign", true), await generateKeyPair("sign", true)];
  const manifest = await nextManifest(founding, room.manifests.newest!, {
    epoch: 1,
    epochKeyHash: epochKeyHash(epochKey),
    prevEpochKey: await sealPrevious(epoch, founding.epochKeyBytes, random(12)),
    admissionEditor: editors.publicPoint,
    admissionViewer: viewers.publicPoint,
  });
  await table.learn(manifest);
  return { epochKey, editors, owner: await again(table, table.owner, Role.Owner, founding.owner.sign.privateKey) };
}

/** The same person under a certificate of the second epoch. */
async function again(table: Table, who: Person, role: Role, issuer: CryptoKey): Promise<Person> {
  const cert = await signCert({ ...certFields(table.founding, who.identity, role), epoch: 1 }, issuer);
  const session = await signSession(sessionFields(cert), who.identity.sign.privateKey);
  const seated = { identity: who.identity, cert, session };
  await table.seat(seated);
  return seated;
}

async function shown(table: Table, record: Awaited<ReturnType<Table["write"]>>) {
  const position = { seq: table.room.stream(record.stream).seq + 1, serverTime: ++table.time, record };
  return await takePosition(table.room, table.verifier, position);
}

test("A5 J2 under older rules a record counts until the stream has its fence, and never behind it", async () => {
  const table = await Table.lay("client");
  const kept = await table.write(table.editor, Edit, table.file, { version: 0 });
  const { owner } = await rekey(table);
  expect(await shown(table, kept)).toMatchObject({ verdict: "ok" }); // it may have been on its way
  await table.take(await table.write(owner, Fence, table.file, { payload: new Uint8Array(0) }));
  const late = await table.write(table.editor, Edit, table.file, { version: 0 });
  expect(await shown(table, late)).toMatchObject({ verdict: "void", rule: "J2" });
  expect(await shown(table, await table.write(table.other, Edit, table.file, { version: 0 }))).toMatchObject({
    verdict: "void",
    rule: "J2",
  });
});

test("A4 J4 a certificate of the epoch before writes nothing under the new rules", async () => {
  const table = await Table.lay("client");
  await rekey(table);
  const record = await table.write(table.editor, Edit, table.file);
  expect(await shown(table, record)).toMatchObject({ verdict: "void", rule: "J4", code: Code.Cert });
});

test("J6 A5 nobody but an owner raises a fence", async () => {
  const table = await Table.lay("client");
  const record = await table.write(table.editor, Fence, table.file, { payload: new Uint8Array(0) });
  expect(await shown(table, record)).toMatchObject({ verdict: "void", rule: "J6", code: Code.Forbidden });
});

test("C3 J5 a certificate that was made for later by who knows an admission key is worth nothing in a locked room", async () => {
  const table = await Table.lay("client");
  const { room, founding } = table;
  const locked = [table.editor.cert.memberId];
  const flags = ManifestFlag.AdmissionOpen | ManifestFlag.Locked;
  const hidden = await person(founding, Role.Editor); // a second identity, certified before the lock
  await table.learn(await nextManifest(founding, room.manifests.newest!, { flags, locked }));
  const late = await person(founding, Role.Editor);
  for (const stranger of [hidden, late]) {
    await table.seat(stranger); // the hub lets them in, against C3
    const record = await table.write(stranger, Edit, table.file);
    expect(await shown(table, record)).toMatchObject({ verdict: "void", rule: "J5", code: Code.Locked });
  }
  expect(await shown(table, await table.write(table.editor, Edit, table.file))).toMatchObject({ verdict: "ok" });
});

test("R3 M4 who has only the keys of the epoch before opens nothing that is sealed after, and who has the new ones all", async () => {
  const table = await Table.lay("client");
  const before = await table.write(table.editor, Edit, table.file);
  const { owner, epochKey } = await rekey(table);
  const epoch = await importEpochKey(table.room.roomId, 1, epochKey);
  const after = await table.sealer(owner).seal(epoch, {
    class: Edit,
    version: 1,
    stream: table.file,
    counter: 1,
    seenSeq: 0,
    seenHead: random(16),
    payload: random(9),
  });
  const keys = new RecordKeys();
  expect(await openRecord(keys, table.epoch, after, owner.cert.memberId)).toBeUndefined();
  expect(await openRecord(keys, epoch, after, owner.cert.memberId)).toBeDefined();
  expect(await openRecord(keys, table.epoch, before, table.editor.cert.memberId)).toBeDefined();
});

test("A1 A2 a wrap made by a member who knows the keys, or for another epoch, is believed by nobody", async () => {
  const table = await Table.lay("client");
  const { founding, room, verifier } = table;
  const { epochKey, editors, owner } = await rekey(table);
  const { other } = table;
  const manifest = room.manifests.newest!;
  const keys = { role: Role.Editor, epochKey, admissionScalar: random(32), linkSecret: random(32) };
  const head = { roomId: room.roomId, version: 1, signer: 0 };
  const forged = await wrapRole(head, other.cert, keys, table.editor.identity.sign.privateKey);
  expect(await proveWrap(room, verifier, forged)).toMatchObject({ rule: "A1", code: Code.Wrap });
  const stale = await wrapRole({ ...head, version: 0 }, other.cert, keys, founding.owner.sign.privateKey);
  expect(await proveWrap(room, verifier, stale)).toMatchObject({ rule: "A1", code: Code.Wrap });
  const wrong = await wrapRole(head, other.cert, keys, owner.identity.sign.privateKey); // not the manifest's admission key
  expect(await proveWrap(room, verifier, wrong)).toMatchObject({ verdict: "ok" });
  expect(await openWrap(wrong, manifest, other.identity.dh)).toBeUndefined();
  expect(editors.publicPoint).toEqual(manifest.admissionEditor);
});
