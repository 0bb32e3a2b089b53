import {
  type BlobId,
  Classes,
  type Code,
  type EpochKey,
  encodeTreeChange,
  type Fault,
  idOf,
  joinMember,
  learnManifest,
  type Manifest,
  meetMember,
  type NodeId,
  type Place,
  RecordClass,
  type RecordDraft,
  RecordKeys,
  RecordSealer,
  type RecordView,
  Role,
  RoomState,
  type StreamId,
  seenHead,
  TreeKind,
  takePosition,
  Verifier,
} from "../src/index.ts";
import { type Founding, found, random } from "./Founding.ts";
import { ORIGIN, type Person, person } from "./People.ts";

/** A judge of either place with an owner, two editors and a viewer at the table, one file in the tree, and a pen for each. */
export class Table {
  readonly founding: Founding;
  readonly room: RoomState;
  readonly verifier = new Verifier();
  readonly keys = new RecordKeys();
  readonly owner: Person;
  readonly editor: Person;
  readonly other: Person;
  readonly viewer: Person;
  readonly file: StreamId = idOf<StreamId>(random(16));
  time = 1_000;

  private constructor(founding: Founding, place: Place, people: readonly Person[]) {
    this.founding = founding;
    this.room = new RoomState(place, founding.genesis, founding.incarnation);
    [this.owner, this.editor, this.other, this.viewer] = people as [Person, Person, Person, Person];
  }

  /** @param policy of version 0. @param withFile whether the tree has the file yet. */
  static async lay(place: Place, policy = 0, withFile = true): Promise<Table> {
    const founding = await found({ policy });
    const roles = [Role.Owner, Role.Editor, Role.Editor, Role.Viewer];
    const people = await Promise.all(roles.map((role) => person(founding, role)));
    const table = new Table(founding, place, people);
    await table.learn(founding.manifest);
    for (const each of people) await table.seat(each);
    if (withFile) await table.take(await table.tree(table.owner, TreeKind.CreateFile, table.file));
    return table;
  }

  get place(): Place {
    return this.room.place;
  }

  async learn(manifest: Manifest): Promise<void> {
    const outcome = await learnManifest(this.room, this.verifier, manifest);
    if (outcome.verdict !== "ok") throw new Error(`${outcome.rule} ${outcome.text}`);
  }

  async seat({ cert, session }: Person): Promise<void> {
    const admission = { challenge: session.challenge, origins: [ORIGIN] };
    const outcome =
      this.place === "hub"
        ? await joinMember(this.room, this.verifier, cert, session, admission)
        : await meetMember(this.room, this.verifier, cert, session, true);
    if (outcome.verdict !== "ok") throw new Error(`${outcome.rule} ${outcome.text}`);
  }

  /** A record that breaks no rule, but for what the test changes. */
  write(
    author: Person,
    recordClass: RecordClass,
    stream: StreamId,
    change: Partial<RecordDraft> = {},
  ): Promise<RecordView> {
    const durable = Classes[recordClass]!.durable;
    const state = this.room.stream(stream);
    const head = durable ? state.head : this.room.firstHead(stream);
    const manifest = this.room.manifests.at(change.version ?? this.room.manifests.newest!.version)!;
    const draft: RecordDraft = {
      class: recordClass,
      version: manifest.version,
      stream,
      counter: state.counter(author.session.sessionId) + 1,
      seenSeq: durable ? state.seq : 0,
      seenHead: seenHead(head, manifest.hash),
      payload: random(16),
      ...change,
    };
    return this.sealer(author).seal(this.epoch, draft);
  }

  get epoch(): EpochKey {
    return this.founding.epoch;
  }

  sealer({ identity, cert, session }: Person): RecordSealer {
    const { roomId } = this.founding.genesis;
    return new RecordSealer(this.keys, roomId, session.sessionId, cert.memberId, identity.sign.privateKey);
  }

  tree(
    author: Person,
    kind: TreeKind,
    node: NodeId,
    parent = "0".repeat(32) as NodeId,
    blob?: BlobId,
  ): Promise<RecordView> {
    const recordClass = kind === TreeKind.Delete ? RecordClass.Delete : RecordClass.Tree;
    const change = blob === undefined ? { kind, node, parent } : { kind, node, parent, blob };
    return this.write(author, recordClass, this.room.streams.tree, { clear: encodeTreeChange(change) });
  }

  /** What the judge says of it, sent by its own session. */
  judge(record: RecordView, durable = true): Fault | { readonly verdict: "ok" } {
    return this.room.judge(record, durable, record.session);
  }

  /** Puts the record at the stream's next position, whoever judges. */
  async take(record: RecordView): Promise<Uint8Array> {
    this.time += 1;
    if (this.place === "client") {
      const position = { seq: this.room.stream(record.stream).seq + 1, serverTime: this.time, record };
      const verdict = await takePosition(this.room, this.verifier, position);
      if (verdict.verdict !== "ok") throw new Error(`${verdict.rule} ${verdict.text}`);
      return verdict.head;
    }
    const judged = this.room.judge(record, true, record.session);
    if (judged.verdict !== "ok") throw new Error(`${judged.rule} ${judged.text}`);
    return this.room.accept(judged, this.time);
  }
}

/** What a judge must say of a broken rule: refused at a hub, void at a client. */
export function fault(place: Place, rule: string, code: Code): object {
  return { verdict: place === "hub" ? "refused" : "void", rule, code };
}
