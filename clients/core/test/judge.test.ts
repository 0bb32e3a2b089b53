import { describe, expect, test } from "vitest";
import {
  Classes,
  Code,
  encodeSnapshotClear,
  idOf,
  Limits,
  mayWrite,
  type NodeId,
  nextHead,
  type Place,
  Policy,
  parseRecord,
  RecordClass,
  type RecordView,
  Role,
  seenHead,
  TreeKind,
} from "../src/index.ts";
import { nextManifest, random } from "./Founding.ts";
import { person } from "./People.ts";
import { fault, Table } from "./Table.ts";

const { Edit, Chat, Presence, Signal, Snapshot, Profile } = RecordClass;
const PLACES: readonly Place[] = ["hub", "client"];
const ok = { verdict: "ok" };

/** The record with one byte of its header changed: J1 to J10 come before the signature. */
function patched(record: RecordView, at: number, value: number): RecordView {
  const bytes = record.bytes.slice();
  bytes[at] = value;
  const parsed = parseRecord(bytes);
  if ("error" in parsed) throw new Error(parsed.error);
  return parsed;
}

describe.each(PLACES)("RoomState at the %s", (place) => {
  test("J1–J11 a record by the rules counts", async () => {
    const table = await Table.lay(place);
    const record = await table.write(table.editor, Edit, table.file);
    expect(table.judge(record)).toMatchObject(ok);
    expect(await table.verifier.verify(table.room.signatureCheck(record)!)).toBe(true);
    await table.take(record);
    await table.take(await table.write(table.editor, Edit, table.file));
    expect(table.room.stream(table.file).seq).toBe(2);
  });

  test("J1 another suite is refused", async () => {
    const table = await Table.lay(place);
    const record = await table.write(table.editor, Edit, table.file);
    expect(table.judge(patched(record, 0, 2))).toMatchObject(fault(place, "J1", Code.Suite));
    expect(table.judge(record)).toMatchObject(ok);
  });

  test("J1 another room is refused", async () => {
    const table = await Table.lay(place);
    const record = await table.write(table.editor, Edit, table.file);
    expect(table.judge(patched(record, 8, record.bytes[8]! ^ 1))).toMatchObject(fault(place, "J1", Code.Suite));
    expect(table.judge(record)).toMatchObject(ok);
  });

  test("J2 an older version in a stream that has passed it is refused", async () => {
    const table = await Table.lay(place);
    await table.learn(await nextManifest(table.founding, table.founding.manifest));
    await table.take(await table.write(table.owner, Edit, table.file));
    const old = await table.write(table.editor, Edit, table.file, { version: 0 });
    expect(table.judge(old)).toMatchObject(fault(place, "J2", Code.Version));
    const current = await table.write(table.editor, Edit, table.file, { version: 1 });
    expect(table.judge(current)).toMatchObject(ok);
  });

  test("J4 a certificate of another epoch is refused", async () => {
    const table = await Table.lay(place);
    const next = { epoch: 1, prevEpochKey: random(60), epochKeyHash: random(32) };
    const before = await table.write(table.editor, Edit, table.file);
    expect(table.judge(before)).toMatchObject(ok);
    await table.learn(await nextManifest(table.founding, table.founding.manifest, next));
    const after = await table.write(table.editor, Edit, table.file);
    expect(table.judge(after)).toMatchObject(fault(place, "J4", Code.Cert));
  });

  test("J4 C2 whose key becomes an owner's is nothing less any more", async () => {
    const table = await Table.lay(place);
    const { signPub, dhPub } = table.editor.cert;
    const owners = [...table.founding.manifest.owners, { signPub, dhPub }];
    await table.learn(await nextManifest(table.founding, table.founding.manifest, { owners }));
    expect(table.judge(await table.write(table.editor, Edit, table.file))).toMatchObject(fault(place, "J4", Code.Cert));
    expect(table.judge(await table.write(table.other, Edit, table.file))).toMatchObject(ok);
  });

  test("J5 C3 who is not on the lock list is refused, who is or owns is not", async () => {
    const table = await Table.lay(place);
    const change = { flags: 5, locked: [table.other.cert.memberId] };
    await table.learn(await nextManifest(table.founding, table.founding.manifest, change));
    expect(table.judge(await table.write(table.editor, Edit, table.file))).toMatchObject(
      fault(place, "J5", Code.Locked),
    );
    expect(table.judge(await table.write(table.other, Edit, table.file))).toMatchObject(ok);
    expect(table.judge(await table.write(table.owner, Edit, table.file))).toMatchObject(ok);
  });

  test("J6 a viewer edits nothing", async () => {
    const table = await Table.lay(place);
    const record = await table.write(table.viewer, Edit, table.file);
    expect(table.judge(record)).toMatchObject(fault(place, "J6", Code.Forbidden));
    expect(table.judge(await table.write(table.editor, Edit, table.file))).toMatchObject(ok);
  });

  test("J6 a viewer chats only where the policy lets viewers", async () => {
    for (const [policy, expected] of [
      [0, fault(place, "J6", Code.Forbidden)],
      [Policy.ViewersMayChat, ok],
    ] as const) {
      const table = await Table.lay(place, policy);
      const record = await table.write(table.viewer, Chat, table.room.streams.chat, { clear: Uint8Array.of(0) });
      expect(table.judge(record)).toMatchObject(expected);
    }
  });

  test("J6 read-only stops editors and not owners, edits and not chat", async () => {
    const table = await Table.lay(place, Policy.ReadOnly);
    const chat = { clear: Uint8Array.of(0) };
    expect(table.judge(await table.write(table.editor, Edit, table.file))).toMatchObject(
      fault(place, "J6", Code.Forbidden),
    );
    expect(table.judge(await table.write(table.owner, Edit, table.file))).toMatchObject(ok);
    expect(table.judge(await table.write(table.editor, Chat, table.room.streams.chat, chat))).toMatchObject(ok);
  });

  test("J6 classes without behaviour are refused as Reserved, even from owners", async () => {
    const table = await Table.lay(place);
    for (const recordClass of [RecordClass.Rpc, RecordClass.Bytes, RecordClass.Media, RecordClass.Attest]) {
      const record = await table.write(table.owner, recordClass, table.room.streams.control);
      expect(table.judge(record)).toMatchObject(fault(place, "J6", Code.Reserved));
    }
    expect(table.judge(await table.write(table.owner, Profile, table.room.streams.control))).toMatchObject(ok);
  });

  test("J7 R4 a counter that skips or repeats is refused", async () => {
    const table = await Table.lay(place);
    await table.take(await table.write(table.editor, Edit, table.file));
    for (const counter of [0, 1, 3]) {
      const record = await table.write(table.editor, Edit, table.file, { counter });
      expect(table.judge(record)).toMatchObject(fault(place, "J7", Code.Counter));
    }
    expect(table.judge(await table.write(table.editor, Edit, table.file, { counter: 2 }))).toMatchObject(ok);
  });

  test("J7 R4 durable classes of a session and stream share a counter", async () => {
    const table = await Table.lay(place);
    await table.take(await table.write(table.editor, Edit, table.file));
    const stream = table.room.stream(table.file);
    const clear = encodeSnapshotClear({
      stream: table.file,
      seq: 1,
      head: stream.head,
      previous: new Uint8Array(32),
      blobs: [],
    });
    const again = await table.write(table.editor, Snapshot, table.file, { clear, counter: 1 });
    expect(table.judge(again)).toMatchObject(fault(place, "J7", Code.Counter));
    expect(table.judge(await table.write(table.editor, Snapshot, table.file, { clear }))).toMatchObject(ok);
  });

  test("J7 R4 an ephemeral counter grows, with gaps, for each class by itself", async () => {
    const table = await Table.lay(place);
    const { presence, control } = table.room.streams;
    const relay = async (recordClass: RecordClass, stream: typeof presence, counter: number) => {
      const judged = table.room.judge(
        await table.write(table.editor, recordClass, stream, { counter }),
        false,
        table.editor.session.sessionId,
      );
      if (judged.verdict === "ok") table.room.acceptEphemeral(judged);
      return judged;
    };
    expect(await relay(Presence, presence, 5)).toMatchObject(ok);
    expect(await relay(Presence, presence, 5)).toMatchObject(fault(place, "J7", Code.Counter));
    expect(await relay(Presence, presence, 4)).toMatchObject(fault(place, "J7", Code.Counter));
    expect(await relay(Signal, control, 1)).toMatchObject(ok);
    expect(await relay(Presence, presence, 9)).toMatchObject(ok);
  });

  test("J8 a class on a stream that is not its own is refused", async () => {
    const table = await Table.lay(place);
    const cases = [
      [Edit, table.room.streams.chat],
      [Profile, table.file],
      [Chat, table.room.streams.tree],
    ] as const;
    for (const [recordClass, stream] of cases)
      expect(table.judge(await table.write(table.editor, recordClass, stream))).toMatchObject(
        fault(place, "J8", Code.Stream),
      );
    expect(table.judge(await table.write(table.editor, Profile, table.room.streams.control))).toMatchObject(ok);
  });

  test("J8 an ephemeral class has no place in a log, a durable one none outside", async () => {
    const table = await Table.lay(place);
    const presence = await table.write(table.editor, Presence, table.room.streams.presence);
    expect(table.judge(presence, true)).toMatchObject(fault(place, "J8", Code.Stream));
    expect(table.judge(presence, false)).toMatchObject(ok);
    const edit = await table.write(table.editor, Edit, table.file);
    expect(table.judge(edit, false)).toMatchObject(fault(place, "J8", Code.Stream));
  });

  test("J9 a clear part has exactly its class's form", async () => {
    const table = await Table.lay(place);
    const { chat, tree } = table.room.streams;
    const wrong = [
      [Edit, table.file, Uint8Array.of(0)],
      [Chat, chat, new Uint8Array(0)],
      [Chat, chat, Uint8Array.of(1)],
      [RecordClass.Tree, tree, new Uint8Array(32)],
      [RecordClass.Delete, tree, new Uint8Array(17)],
    ] as const;
    for (const [recordClass, stream, clear] of wrong)
      expect(table.judge(await table.write(table.editor, recordClass, stream, { clear }))).toMatchObject(
        fault(place, "J9", Code.StreamRule),
      );
    const blob = new Uint8Array(33).fill(1);
    const named = await table.write(table.editor, Chat, chat, { clear: blob });
    expect(table.judge(named)).toMatchObject(place === "hub" ? fault(place, "B5", Code.Blob) : ok);
  });

  test("J9 T1 a node id is used once", async () => {
    const table = await Table.lay(place);
    const again = await table.tree(table.owner, TreeKind.CreateFolder, table.file);
    expect(table.judge(again)).toMatchObject(fault(place, "J9", Code.StreamRule));
    const fresh = await table.tree(table.owner, TreeKind.CreateFolder, idOf<NodeId>(random(16)));
    expect(table.judge(fresh)).toMatchObject(ok);
  });

  test("J9 N1 a snapshot names its own stream, a position it has and the head there", async () => {
    const table = await Table.lay(place);
    const first = await table.take(await table.write(table.editor, Edit, table.file));
    await table.take(await table.write(table.editor, Edit, table.file));
    const right = { stream: table.file, seq: 1, head: first, previous: new Uint8Array(32), blobs: [] };
    const judged = async (change: object) => {
      const clear = encodeSnapshotClear({ ...right, ...change });
      return table.judge(await table.write(table.editor, Snapshot, table.file, { clear }));
    };
    expect(await judged({})).toMatchObject(ok);
    for (const change of [
      { stream: table.room.streams.chat },
      { seq: 0 },
      { seq: 3 },
      { seq: 2 },
      { head: random(32) },
    ])
      expect(await judged(change)).toMatchObject(fault(place, "J9", Code.StreamRule));
  });

  test("J10 a false seenHead or seenSeq is refused by a hub and alarms a client", async () => {
    const table = await Table.lay(place);
    await table.take(await table.write(table.editor, Edit, table.file));
    const expected =
      place === "hub"
        ? { verdict: "refused", rule: "J10", code: Code.Seen }
        : { verdict: "alarm", rule: "J10", code: Code.Alarm };
    for (const change of [{ seenHead: random(16) }, { seenSeq: 0 }, { seenSeq: 2 }])
      expect(table.judge(await table.write(table.editor, Edit, table.file, change))).toMatchObject(expected);
    const first = seenHead(table.room.firstHead(table.file), table.founding.manifest.hash);
    const older = await table.write(table.editor, Edit, table.file, { seenSeq: 0, seenHead: first });
    expect(table.judge(older)).toMatchObject(ok);
  });

  test("J10 seenSeq lies at most 4,096 positions behind", async () => {
    const table = await Table.lay(place);
    const stream = table.room.stream(table.file);
    const heads = [stream.head];
    while (stream.seq < Limits.SeenWindow + 1) {
      heads.push(random(32));
      stream.pass(heads.at(-1)!);
    }
    const at = async (seenSeq: number) => {
      const seen = seenHead(heads[seenSeq]!, table.founding.manifest.hash);
      return table.judge(await table.write(table.editor, Edit, table.file, { seenSeq, seenHead: seen }));
    };
    expect(await at(1)).toMatchObject(ok);
    expect(await at(0)).toMatchObject({ rule: "J10" });
  });

  test("J10 what lies before the first known head is refused by a hub and not judged by a client", async () => {
    const table = await Table.lay(place);
    const stream = idOf<NodeId>(random(16));
    await table.take(await table.tree(table.owner, TreeKind.CreateFile, stream));
    table.room.startStream(stream, { seq: 10, head: random(32), versionFloor: 0, counters: new Map() });
    const early = await table.write(table.editor, Edit, stream, { seenSeq: 9, seenHead: random(16) });
    expect(table.judge(early)).toMatchObject(place === "hub" ? { verdict: "refused", rule: "J10" } : ok);
    const known = await table.write(table.editor, Edit, stream, { seenSeq: 10, seenHead: random(16) });
    expect(table.judge(known)).toMatchObject({ rule: "J10" });
  });

  test("J10 an ephemeral record names head_0 and seq 0", async () => {
    const table = await Table.lay(place);
    const { presence } = table.room.streams;
    for (const change of [{ seenSeq: 1 }, { seenHead: random(16) }])
      expect(table.judge(await table.write(table.editor, Presence, presence, change), false)).toMatchObject({
        rule: "J10",
      });
    expect(table.judge(await table.write(table.editor, Presence, presence), false)).toMatchObject(ok);
  });

  test("J11 another's signature does not hold", async () => {
    const table = await Table.lay(place);
    const record = await table.write(table.editor, Edit, table.file);
    const forged = patched(record, record.bytes.length - 1, record.bytes.at(-1)! ^ 1);
    expect(table.judge(forged)).toMatchObject(ok);
    expect(await table.verifier.verify(table.room.signatureCheck(forged)!)).toBe(false);
    expect(table.room.unsigned()).toMatchObject(fault(place, "J11", Code.Signature));
  });

  test("J11 what was judged in an earlier state is not taken", async () => {
    const table = await Table.lay(place);
    const record = await table.write(table.editor, Edit, table.file);
    const judged = table.room.judge(record, true, record.session);
    await table.take(await table.write(table.other, Edit, table.file));
    expect(judged.verdict === "ok" && (() => table.room.accept(judged, 1))).toThrow("judge it again");
  });
});

describe("at the hub only", () => {
  test("J2 only the current version is taken", async () => {
    const table = await Table.lay("hub");
    const record = await table.write(table.editor, Edit, table.file);
    await table.learn(await nextManifest(table.founding, table.founding.manifest));
    expect(table.judge(record)).toMatchObject({ verdict: "refused", rule: "J2", code: Code.Version });
  });

  test("J3 a session is known, live and the connection's own", async () => {
    const table = await Table.lay("hub");
    const record = await table.write(table.editor, Edit, table.file);
    const refused = { verdict: "refused", rule: "J3", code: Code.Session };
    expect(table.room.judge(record, true, table.other.session.sessionId)).toMatchObject(refused);
    expect(table.room.judge(record, true, table.editor.session.sessionId)).toMatchObject(ok);
    table.room.endSession(table.editor.session.sessionId);
    expect(table.room.judge(record, true, table.editor.session.sessionId)).toMatchObject(refused);
  });

  test("J8 edits go to living files only", async () => {
    const table = await Table.lay("hub");
    const unknown = await table.write(table.editor, Edit, idOf<NodeId>(random(16)));
    expect(table.judge(unknown)).toMatchObject({ verdict: "refused", rule: "J8", code: Code.Stream });
    const record = await table.write(table.editor, Edit, table.file);
    await table.take(await table.tree(table.owner, TreeKind.Delete, table.file));
    expect(table.judge(record)).toMatchObject({ verdict: "refused", rule: "J8", code: Code.Stream });
  });
});

describe("at a client only", () => {
  test("J2 an unknown newer version waits and changes nothing", async () => {
    const table = await Table.lay("client");
    const bytes = (await table.write(table.editor, Edit, table.file)).bytes.slice();
    bytes[7] = 1;
    const record = parseRecord(bytes) as RecordView;
    const head = table.room.stream(table.file).head;
    const verdict = table.room.position({ seq: 1, serverTime: 1, record }, true);
    expect(verdict).toMatchObject({ verdict: "wait", rule: "J2" });
    expect(table.room.stream(table.file).head).toEqual(head);
  });

  test("J3 an unknown session waits, a dead one does not", async () => {
    const table = await Table.lay("client");
    const stranger = await person(table.founding, Role.Editor);
    const record = await table.write(stranger, Edit, table.file);
    expect(table.judge(record)).toMatchObject({ verdict: "wait", rule: "J3" });
    await table.seat(stranger);
    table.room.endSession(stranger.session.sessionId);
    expect(table.judge(record)).toMatchObject(ok);
  });

  test("J13 a position that the hub should have refused moves the chain and nothing else", async () => {
    const table = await Table.lay("client");
    const bad = await table.write(table.viewer, Edit, table.file);
    const before = table.room.stream(table.file).head;
    const verdict = table.room.position({ seq: 1, serverTime: 1, record: bad }, true);
    expect(verdict).toMatchObject({ verdict: "void", rule: "J6" });
    const stream = table.room.stream(table.file);
    expect(stream.seq).toBe(1);
    expect(stream.head).not.toEqual(before);
    expect(stream.counter(table.viewer.session.sessionId)).toBe(0);
  });

  test("J13 a forged signature is void at its position", async () => {
    const table = await Table.lay("client");
    const record = await table.write(table.editor, Edit, table.file);
    expect(table.room.position({ seq: 1, serverTime: 1, record }, false)).toMatchObject({
      verdict: "void",
      rule: "J11",
    });
  });

  test("J13 J10 a false seenHead stops the stream", async () => {
    const table = await Table.lay("client");
    const record = await table.write(table.editor, Edit, table.file, { seenHead: random(16) });
    expect(table.room.position({ seq: 1, serverTime: 1, record }, true)).toMatchObject({
      verdict: "alarm",
      rule: "J10",
    });
    const good = await table.write(table.editor, Edit, table.file);
    expect(table.room.position({ seq: 1, serverTime: 1, record: good }, true)).toMatchObject({
      verdict: "alarm",
      rule: "J13",
    });
  });

  test("J14 a gap or a repeat in the log is an alarm", async () => {
    for (const seq of [0, 2]) {
      const table = await Table.lay("client");
      const record = await table.write(table.editor, Edit, table.file);
      expect(table.room.position({ seq, serverTime: 1, record }, true)).toMatchObject({
        verdict: "alarm",
        rule: "J14",
      });
    }
  });

  test("J14 P2 another head at a known position is an alarm, at one not known yet it is not", async () => {
    const table = await Table.lay("client");
    const head = await table.take(await table.write(table.editor, Edit, table.file));
    expect(table.room.claim(table.file, 1, head)).toMatchObject(ok);
    expect(table.room.claim(table.file, 1, head.subarray(0, 16))).toMatchObject(ok);
    expect(table.room.claim(table.file, 2, random(32))).toMatchObject(ok);
    const unheard = idOf<NodeId>(random(16));
    expect(table.room.claim(unheard, 9, random(32))).toMatchObject(ok);
    expect(table.room.findStream(unheard)).toBeUndefined();
    expect(table.room.claim(table.file, 1, random(32))).toMatchObject({ verdict: "alarm", rule: "J14" });
  });

  test("J15 an ack is believed only with the own chain's head", async () => {
    const acked = async (head?: Uint8Array) => {
      const table = await Table.lay("client");
      const twin = await table.write(table.editor, Edit, table.file);
      const right = nextHead(table.room.stream(table.file).head, 1, 7, twin.bytes);
      return table.room.ack({ seq: 1, serverTime: 7, record: twin }, head ?? right);
    };
    expect(await acked()).toMatchObject(ok);
    expect(await acked(random(32))).toMatchObject({ verdict: "alarm", rule: "J15" });
  });

  test("J15 a repeated ack is believed where the chain holds the record, and no other", async () => {
    const table = await Table.lay("client");
    const record = await table.write(table.editor, Edit, table.file);
    const head = await table.take(record);
    const serverTime = table.time;
    await table.take(await table.write(table.other, Edit, table.file));
    expect(table.room.ack({ seq: 1, serverTime, record }, head)).toMatchObject(ok);
    expect(table.room.stream(table.file).seq).toBe(2);
    expect(table.room.ack({ seq: 2, serverTime, record }, head)).toMatchObject({ verdict: "alarm", rule: "J15" });
  });
});

test("J6 the table of classes, role by role", () => {
  const { Viewer, Editor, Owner } = Role;
  const rows = Classes.flatMap((row, recordClass) => {
    if (row === undefined) return [];
    const allowed = (policy: number) =>
      [Viewer, Editor, Owner].map((role) => (mayWrite(recordClass, role, policy) ? "y" : "-")).join("");
    return [
      `${row.name} ${allowed(0)} ${allowed(Policy.ReadOnly)} ${allowed(Policy.ViewersMayChat)} ${allowed(Policy.Runs)}`,
    ];
  });
  expect(rows).toEqual([
    "edit -yy --y -yy -yy",
    "tree -yy --y -yy -yy",
    "delete -yy --y -yy -yy",
    "chat -yy -yy yyy -yy",
    "presence yyy yyy yyy yyy",
    "signal yyy yyy yyy yyy",
    "snapshot -yy -yy -yy -yy",
    "disclosure -yy -yy -yy -yy",
    "run --- --- --- -yy",
    ...["rpc", "bytes", "media"].map((name) => `${name} --- --- --- ---`),
    "fence --y --y --y --y",
    "attest --- --- --- ---",
    "profile yyy yyy yyy yyy",
  ]);
});
