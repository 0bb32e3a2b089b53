import { Limits } from "../limits.ts";
import { ChatKind, encodeChat, parseChat } from "../rooms/Payloads/Chat.ts";
import { fitSnapshot, openSnapshot } from "../rooms/Snapshot.ts";
import {
  type ChatSnapshotState,
  chatDigest,
  chatDigestHolds,
  encodeChatState,
  type KeptMessage,
  parseChatState,
} from "../rooms/SnapshotState.ts";
import type { StreamBase } from "../rooms/StreamState.ts";
import { utf8 } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import { idOf, type OpId } from "../wire/Ids.ts";
import { failed, type Parsed } from "../wire/WireError.ts";
import { Observable } from "./Observable.ts";
import type { UnsentChange } from "./Outbox.ts";
import { nameBefore, type Profiles } from "./Profiles.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { SnapshotWriter } from "./SnapshotWriter.ts";
import type { Entry, StreamReader, StreamSync } from "./StreamSync.ts";
import type { TrustedSnapshot } from "./trustedSnapshot.ts";
import type { ChatMessage } from "./view.ts";

type Said = Omit<KeptMessage, "seq">;

/** The clear part of a message. */
const CLEAR = Uint8Array.of(0);

/** What people said, in log order; what this person says stands below it until it is in the log. Each operation counts once (T7). */
export class Chat implements StreamReader {
  readonly view = new Observable<readonly ChatMessage[]>([]);
  readonly #sync: RoomSync;
  readonly #stream: StreamSync;
  readonly #profiles: Profiles;
  readonly #snapshots: SnapshotWriter;
  #said: KeptMessage[] = [];
  #sending: Said[] = [];
  /** Of an earlier visit, until the log tells which of them it has. */
  #inherited: Said[] = [];
  #ops = new Set<OpId>();

  constructor(sync: RoomSync, profiles: Profiles) {
    this.#sync = sync;
    this.#profiles = profiles;
    this.#snapshots = new SnapshotWriter(sync, sync.state.streams.chat, {
      name: "the chat",
      pack: (tail) => fitSnapshot(encodeChatState(this.#said, tail)),
      digest: () => chatDigest(this.#said),
      read: readChat,
    });
    this.#stream = sync.follow(sync.state.streams.chat, this);
  }

  /** Resolves when it stands in the log. @throws RoomError */
  async send(text: string): Promise<void> {
    const length = utf8(text).length;
    if (length === 0) return;
    if (length > Limits.MaxChatBytes)
      throw new RoomError(0, "A message has at most 16 KiB: shorten it, or put it into a file.");
    const opId = idOf<OpId>(this.#sync.world.random(16));
    await this.#send({ opId, memberId: this.#sync.memberId, text, time: this.#sync.world.now() });
  }

  /** Own messages that no ack covers yet, in order. */
  unsent(): UnsentChange[] {
    return [...this.#inherited, ...this.#sending].map((said) => ({
      stream: this.#stream.id,
      class: RecordClass.Chat,
      clear: CLEAR,
      payload: payloadOf(said),
    }));
  }

  /** Takes up own messages of an earlier visit: sent once the log has been read, where it has not got them. */
  inherit(changes: readonly UnsentChange[]): void {
    for (const { payload } of changes) {
      const chat = parseChat(payload);
      if (failed(chat)) continue;
      this.#inherited.push({
        opId: chat.opId,
        memberId: this.#sync.memberId,
        text: chat.text,
        time: this.#sync.world.now(),
      });
    }
    if (this.#stream.live) this.#sendInherited();
  }

  async #send(said: Said): Promise<void> {
    this.#sending.push(said);
    this.refresh();
    try {
      await new Promise<void>((landed, refused) => {
        this.#stream.append({
          class: RecordClass.Chat,
          clear: () => CLEAR,
          payload: payloadOf(said),
          landed,
          refused,
        });
      });
    } finally {
      this.#sending = this.#sending.filter((other) => other !== said);
      this.refresh();
    }
  }

  #sendInherited(): void {
    for (const said of this.#inherited.splice(0)) if (!this.#ops.has(said.opId)) this.#send(said).catch(() => {}); // the room does not let this person speak any more
  }

  /**
   * Says again what was said in a room that was lost and is not said here yet: own messages as they were, those of others as quotations.
   * Each keeps its operation's id, so that of several who say it the first counts (T7).
   */
  bring(messages: readonly ChatMessage[]): void {
    for (const { id, memberId, name, number, text } of messages) {
      const opId = id as OpId;
      if (this.#stream.live && this.#ops.has(opId)) continue;
      const own = memberId === this.#sync.memberId;
      const payload = payloadOf({ opId, text: own ? text : quoted(nameBefore({ name, number }), text) });
      const nothing = () => {};
      this.#stream.append({
        class: RecordClass.Chat,
        clear: () => CLEAR,
        payload,
        landed: nothing,
        refused: nothing,
      });
    }
  }

  async begin(snapshot: TrustedSnapshot | undefined): Promise<StreamBase | undefined> {
    this.#said = [];
    this.#ops = new Set();
    this.#snapshots.begin(snapshot?.seq ?? 0);
    if (snapshot === undefined) return undefined;
    const state = await readChat(snapshot.payload);
    if (failed(state) || !isLog(state, snapshot.seq)) return undefined;
    this.#said = [...state.messages];
    this.#ops = new Set(state.messages.map(({ opId }) => opId));
    const { versionFloor, counters } = state;
    return { seq: snapshot.seq, head: snapshot.head, versionFloor, counters };
  }

  take(entry: Entry): void {
    this.#apply(entry);
    this.#snapshots.took(entry, this.#stream);
  }

  #apply({ record, memberId, payload, seq, serverTime }: Entry): void {
    const chat = record.class === RecordClass.Chat && payload !== undefined ? parseChat(payload) : undefined;
    if (chat === undefined || failed(chat) || this.#ops.has(chat.opId)) return;
    this.#ops.add(chat.opId);
    this.#said.push({ seq, time: serverTime, memberId, opId: chat.opId, text: chat.text });
    this.#sending = this.#sending.filter(({ opId }) => opId !== chat.opId);
    this.refresh();
  }

  ready(): void {
    this.#sendInherited();
    this.#snapshots.writeIfDue(this.#stream);
    this.refresh();
  }

  /** Also when someone's name changed. */
  refresh(): void {
    const shown = (said: Said, state: ChatMessage["state"]): ChatMessage => {
      const { name, colour, number } = this.#profiles.of(said.memberId);
      const time = Math.min(said.time, LAST_DATE_MS);
      return { id: said.opId, memberId: said.memberId, name, number, colour, text: said.text, time, state };
    };
    this.view.set([
      ...this.#said.map((said) => shown(said, "sent")),
      ...this.#sending.map((said) => shown(said, "sending")),
    ]);
  }
}

function payloadOf({ opId, text }: Pick<Said, "opId" | "text">): Uint8Array {
  return encodeChat({ opId, kind: ChatKind.Message, text });
}

async function readChat(payload: Uint8Array): Promise<Parsed<ChatSnapshotState>> {
  const bytes = await openSnapshot(payload);
  const state = failed(bytes) ? bytes : parseChatState(bytes);
  return failed(state) || chatDigestHolds(state) ? state : { error: "Content" };
}

/** Whether messages could stand so in a log of this length, each once (T7). */
function isLog({ messages }: ChatSnapshotState, length: number): boolean {
  const ops = new Set(messages.map(({ opId }) => opId));
  const ordered = messages.every(({ seq }, at) => seq > (messages[at - 1]?.seq ?? 0) && seq <= length);
  return ordered && ops.size === messages.length;
}

/** A hub may name any time up to 2^53 − 1; a Date ends before that, and asking it for its text would throw. */
const LAST_DATE_MS = 8_640_000_000_000_000;

/** Within the bound of a message. */
function quoted(name: string, text: string): string {
  const whole = `${name}: ${text}`;
  return utf8(whole).length <= Limits.MaxChatBytes ? whole : text;
}
