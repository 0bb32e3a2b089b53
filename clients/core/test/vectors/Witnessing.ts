import {
  concat,
  encodeHubFrame,
  encodePulse,
  exhibitHash,
  type HubFrame,
  idOf,
  NO_HEAD,
  type PulseStream,
  parseTestimony,
  RecordClass,
  type RecordDraft,
  readEvidence,
  type SessionId,
  SignalKind,
  type StreamId,
  seenHead,
  signPulse,
  signTestimony,
  type TestimonyFields,
  TestimonyKind,
  writeEvidence,
  ZERO_ID,
} from "../../src/protocol.ts";
import { found, nextManifest, random } from "../Founding.ts";
import type { Person } from "../People.ts";
import { Table } from "../Table.ts";
import { must } from "./Case.ts";

/** Evidence of every kind, true and made up (section 18): the witness is the editor, whose chain of a file stands at position 3. */
export async function evidenceCases(): Promise<object[]> {
  const scene = await Scene.set();
  const cases: [string, string][] = [];
  const add = (name: string, text: string) => cases.push([name, text]);
  const { table } = scene;
  const { manifest } = table.founding;
  const second = await nextManifest(table.founding, manifest, { policy: 2 });
  add(
    "V2 two manifests of one version",
    await scene.file({
      kind: TestimonyKind.Rules,
      seq: 1,
      stream: ZERO_ID as StreamId,
      exhibit: frame({ type: "manifest", manifest: second.bytes }),
    }),
  );
  add(
    "V2 the same manifest twice",
    await scene.file({ kind: TestimonyKind.Rules, seq: 1, exhibit: frame({ type: "manifest", manifest: scene.next }) }),
  );
  const foreign = await nextManifest(table.founding, manifest, { policy: 2 }, (await found()).owner.sign.privateKey);
  add(
    "V2 a second manifest that no owner signed",
    await scene.file({
      kind: TestimonyKind.Rules,
      seq: 1,
      exhibit: frame({ type: "manifest", manifest: foreign.bytes }),
    }),
  );
  const record = (change: Partial<RecordDraft>) => table.write(table.other, RecordClass.Edit, table.file, change);
  const manifestHash = table.room.manifests.newest!.hash;
  const seen = (head: Uint8Array) => ({ seenSeq: 3, seenHead: seenHead(head, manifestHash) });
  const delivered = async (change: Partial<RecordDraft>, seq = 4) =>
    frame({ type: "deliver", envelope: { seq, serverTime: 9, record: (await record(change)).bytes } });
  const ofRecord = { kind: TestimonyKind.Record, author: table.other };
  const differs = await delivered(seen(random(32)));
  add("V3 a record whose author saw another head", await scene.file({ ...ofRecord, exhibit: differs }));
  add("V3 a record whose author saw the same head", await scene.file({ ...ofRecord, exhibit: await delivered({}) }));
  add(
    "V3 a record whose author saw what was not there",
    await scene.file({ ...ofRecord, exhibit: await delivered({ ...seen(random(32)), seenSeq: 7 }) }),
  );
  add(
    "V3 a record of another place",
    await scene.file({ ...ofRecord, exhibit: await delivered({ ...seen(random(32)), seenSeq: 2 }) }),
  );
  add(
    "V3 a record that another is said to have signed",
    await scene.file({ ...ofRecord, author: table.viewer, exhibit: differs }),
  );
  add("V3 a record whose author is not named", await scene.file({ ...ofRecord, author: undefined, exhibit: differs }));
  const broken = differs.slice();
  broken[broken.length - 70]! ^= 1;
  add("V3 a record that was changed", await scene.file({ ...ofRecord, exhibit: broken }));
  const relayed = await table.write(table.other, RecordClass.Signal, table.room.streams.control, {
    seenHead: seenHead(random(32), manifestHash),
  });
  add(
    "V3 a signal of another incarnation",
    await scene.file({
      ...ofRecord,
      stream: table.room.streams.control,
      seq: 0,
      head: table.room.firstHead(table.room.streams.control),
      exhibit: frame({ type: "relay", record: relayed.bytes }),
    }),
  );
  const ofPulse = { kind: TestimonyKind.Pulse, author: table.viewer };
  const other = random(16);
  add("V3 a pulse of another head", await scene.file({ ...ofPulse, exhibit: await scene.pulse(table.viewer, other) }));
  add(
    "V3 a pulse of the same head",
    await scene.file({ ...ofPulse, exhibit: await scene.pulse(table.viewer, scene.head) }),
  );
  add(
    "V3 a pulse that another signed",
    await scene.file({ ...ofPulse, exhibit: await scene.pulse(table.other, other) }),
  );
  add(
    "V3 a pulse of another incarnation",
    await scene.file({ ...ofPulse, incarnation: random(16), exhibit: await scene.pulse(table.viewer, other) }),
  );
  add(
    "V3 a signal that is no pulse",
    await scene.file({ ...ofPulse, exhibit: Uint8Array.of(SignalKind.Spotlight, 0, 0, 0, 1) }),
  );
  const stream = (headSeq: number, head: Uint8Array, baseSeq = 0) =>
    frame({ type: "stream", stream: table.file, headSeq, head, baseSeq, baseHead: random(32) });
  const mine = await table.write(table.editor, RecordClass.Edit, table.file);
  const placed = (seq: number) => frame({ type: "deliver", envelope: { seq, serverTime: 9, record: mine.bytes } });
  const ack = (seq: number, head: Uint8Array) =>
    frame({
      type: "ack",
      session: table.editor.session.sessionId,
      stream: table.file,
      counter: 1,
      seq,
      serverTime: 9,
      head,
    });
  const { Broken, RolledBack, Front } = TestimonyKind;
  const told: [string, TestimonyKind, Uint8Array][] = [
    ["a log that leaves a position out", Broken, placed(5)],
    ["a log that tells a position twice", Broken, placed(3)],
    ["a log that goes on", Broken, placed(4)],
    ["another head at its end", Broken, stream(3, random(32))],
    ["another head at its base", Broken, stream(9, random(32), 3)],
    ["the same head", Broken, stream(3, scene.head)],
    ["an ack with another head", Broken, ack(3, random(32))],
    ["an ack with the same head", Broken, ack(3, scene.head)],
    ["an ack beyond the end", Broken, ack(9, random(32))],
    ["a frame of another kind", Broken, frame({ type: "gone", session: idOf<SessionId>(random(16)) })],
    ["no frame", Broken, random(0)],
    ["a log that is shorter", RolledBack, stream(2, random(32))],
    ["a log that is longer", RolledBack, stream(8, random(32))],
    ["another record at a position", RolledBack, placed(3)],
    ["the same record at a position", RolledBack, scene.third],
    [
      "a log that the hub disowns",
      RolledBack,
      frame({ type: "error", code: 23, stream: table.file, text: "no", fatal: false }),
    ],
    ["another error", RolledBack, frame({ type: "error", code: 9, stream: table.file, text: "no", fatal: false })],
    ["another room", Front, scene.room({ genesis: (await found()).genesis.bytes })],
    ["another incarnation", Front, scene.room({ incarnation: random(16) })],
    ["fewer rules", Front, scene.room({ manifests: [manifest.bytes] })],
    ["other rules", Front, scene.room({ manifests: [manifest.bytes, second.bytes] })],
    ["the room as it was", Front, scene.room({})],
  ];
  for (const [name, kind, exhibit] of told) add(`V3 ${name}`, await scene.file({ kind, exhibit }));
  const whole = await scene.file({ kind: RolledBack, exhibit: stream(2, random(32)) });
  const sound = JSON.parse(whole) as { readonly exhibit: string; readonly testimony: string };
  const edited = (change: object) => JSON.stringify({ ...sound, ...change });
  const papers = (person: Person) => ({ cert: text64(person.cert.bytes), session: text64(person.session.bytes) });
  add("V1 no JSON", whole.slice(0, -3));
  add("V1 a list", "[]");
  add("V1 a recovery kit", edited({ format: "coterie-recovery" }));
  add("V1 of a newer program", edited({ version: 2 }));
  add("V1 without its exhibit", edited({ exhibit: undefined }));
  add("V1 an exhibit that is no text", edited({ exhibit: 7 }));
  add("V1 padded base64", edited({ exhibit: `${sound.exhibit}=` }));
  add("V1 nobody's", edited({ members: [] }));
  add("V1 more members than two", edited({ members: [1, 2, 3].map(() => papers(table.editor)) }));
  add("V1 a member of one paper", edited({ members: [{ cert: papers(table.editor).cert }] }));
  add("V1 another room's id", edited({ room: "00000000000000000000000000" }));
  add("V1 another room's genesis", edited({ genesis: text64(new Uint8Array(147)) }));
  add("V1 no manifests", edited({ manifests: [] }));
  add("V1 a gap in the manifests", edited({ manifests: [text64(scene.next)] }));
  add("V1 a manifest twice", edited({ manifests: [text64(manifest.bytes), text64(manifest.bytes)] }));
  const stranger = (await Table.lay("client")).editor;
  add("V1 a stranger's papers", edited({ members: [papers(stranger)] }));
  add("V1 the testimony of another", edited({ members: [papers(table.other)] }));
  add("V1 a testimony of another exhibit", edited({ exhibit: text64(stream(1, random(32))) }));
  add("V1 a testimony that is none", edited({ testimony: "" }));
  const changed = Uint8Array.from(Buffer.from(sound.testimony, "base64url"), (byte, at) =>
    at === 90 ? byte ^ 1 : byte,
  );
  add("V1 a testimony that was changed", edited({ testimony: text64(changed) }));
  return Promise.all(cases.map(async ([name, text]) => ({ name, text, ...(await evidenceAnswer(text)) })));
}

/** What a file proves, as the vectors say it. */
export async function evidenceAnswer(text: string): Promise<object> {
  const finding = await readEvidence(text);
  if ("error" in finding) return finding;
  const { kind, proven, stream, seq, time, witness, against } = finding;
  return { ok: { kind, proven, stream, seq: `${seq}`, time: `${time}`, witness, against: against ?? "" } };
}

interface Wanted extends Partial<TestimonyFields> {
  readonly kind: TestimonyKind;
  readonly exhibit: Uint8Array;
  readonly author?: Person | undefined;
}

class Scene {
  readonly table: Table;
  /** The witness's chain of the file: before its third position, there, and the frame that brought it. */
  readonly before: Uint8Array;
  readonly head: Uint8Array;
  readonly third: Uint8Array;
  readonly next: Uint8Array;

  private constructor(table: Table, before: Uint8Array, head: Uint8Array, third: Uint8Array, next: Uint8Array) {
    this.table = table;
    this.before = before;
    this.head = head;
    this.third = third;
    this.next = next;
  }

  static async set(): Promise<Scene> {
    const table = await Table.lay("client");
    const next = await nextManifest(table.founding, table.founding.manifest, { policy: 1 });
    let before: Uint8Array = NO_HEAD;
    let third: Uint8Array = NO_HEAD;
    for (let seq = 1; seq <= 3; seq++) {
      const record = await table.write(table.owner, RecordClass.Edit, table.file);
      before = table.room.stream(table.file).head;
      await table.take(record);
      third = frame({ type: "deliver", envelope: { seq, serverTime: table.time, record: record.bytes } });
    }
    await table.learn(next);
    return new Scene(table, before, table.room.stream(table.file).head, third, next.bytes);
  }

  async file({ author, exhibit, ...change }: Wanted): Promise<string> {
    const { genesis, incarnation, manifest } = this.table.founding;
    const { identity, session, cert } = this.table.editor;
    const fields = {
      roomId: genesis.roomId,
      incarnation,
      session: session.sessionId,
      stream: this.table.file,
      seq: 3,
      before: this.before,
      head: this.head,
      time: 1_700_000_000_000,
      exhibitHash: exhibitHash(exhibit),
      ...change,
    };
    const testimony = await signTestimony(fields, identity.sign.privateKey);
    must(parseTestimony(testimony.bytes));
    const members = [{ cert, session }, ...(author === undefined ? [] : [author])].map((person) => ({
      cert: person.cert.bytes,
      session: person.session.bytes,
    }));
    const manifests = [manifest.bytes, this.next];
    return writeEvidence({ genesis: genesis.bytes, manifests, members, testimony: testimony.bytes, exhibit });
  }

  async pulse({ identity, session }: Person, head: Uint8Array): Promise<Uint8Array> {
    const { genesis, incarnation } = this.table.founding;
    const streams: PulseStream[] = [{ stream: this.table.file, seq: 3, head: head.subarray(0, 16) }];
    const place = { roomId: genesis.roomId, incarnation, session: session.sessionId };
    return encodePulse(await signPulse(place, streams, identity.sign.privateKey));
  }

  room(change: Partial<HubFrame & { type: "room" }>): Uint8Array {
    const { genesis, incarnation, manifest } = this.table.founding;
    const manifests = [manifest.bytes, this.next];
    return frame({ type: "room", kind: 1, incarnation, genesis: genesis.bytes, manifests, ...change });
  }
}

/** `type ‖ body` */
function frame(frame: HubFrame): Uint8Array {
  return concat(encodeHubFrame(frame).subarray(4));
}

function text64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
