import { Limits } from "../limits.ts";
import { ChatKind, encodeChat, parseChat } from "../rooms/Payloads/Chat.ts";
import { fitState, type Packed, unpackSnapshot } from "../rooms/Snapshot.ts";
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
import { mentionsOf } from "./chatText.ts";
import { Observable } from "./Observable.ts";
import type { UnsentChange } from "./Outbox.ts";
import { nameBefore, type Profiles } from "./Profiles.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { SnapshotWriter } from "./SnapshotWriter.ts";
import type { Entry, StreamReader, StreamSync } from "./StreamSync.ts";
import { baseOf, isAsSaid, type TrustedSnapshot } from "./trustedSnapshot.ts";
import type { ChatMessage } from "./view.ts";

type Said = Omit<KeptMessage, "seq">;

interface Refused extends Said {
  readonly why: string;
}

/** The clear part of a message. */
const CLEAR = Uint8Array.of(0);

/** What people said, in log order; what this person says stands below it until it is in the log. Each operation counts once (T7). */
export class Chat implements StreamReader {
  readonly view = new Observable<readonly ChatMessage[]>([], true);
  /** Whether the log has been read to its end on this visit: before that, what comes is no news. */
  readonly whole = new Observable(false);
  readonly #sync: RoomSync;
  readonly #stream: StreamSync;
  readonly #profiles: Profiles;
  readonly #snapshots: SnapshotWriter;
  #said: KeptMessage[] = [];
  #sending: Said[] = [];
  /** Own messages that the room did not take; until their author says them again or lets go of them. */
  #refused: Refused[] = [];
  /** As each was shown last: what did not change keeps its identity. */
  #shown = new Map<OpId, ChatMessage>();
  /** Of an earlier visit, until the log tells which of them it has. */
  #inherited: Said[] = [];
  #ops = new Set<OpId>();

  constructor(sync: RoomSync, profiles: Profiles) {
    this.#sync = sync;
    this.#profiles = profiles;
    this.#snapshots = new SnapshotWriter(sync, sync.state.streams.chat, {
      name: "the chat",
      pack: (tail) => fitState(encodeChatState(this.#said, tail)),
      digest: async () => chatDigest(this.#said),
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

  /** Says a message again that was refused. @throws RoomError */
  async sayAgain(id: string): Promise<void> {
    const said = this.#refused.find(({ opId }) => opId === id);
    if (said === undefined) return;
    this.#refused = this.#refused.filter((other) => other !== said);
    const { opId, memberId, text } = said;
    await this.#send({ opId, memberId, text, time: this.#sync.world.now() });
  }

  /** Lets go of a message that was refused. */
  forget(id: string): void {
    this.#refused = this.#refused.filter(({ opId }) => opId !== id);
    this.refresh();
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
    } catch (reason) {
      this.#refused.push({ ...said, why: reason instanceof Error ? reason.message : String(reason) });
      throw reason;
    } finally {
      this.#sending = this.#sending.filter((other) => other !== said);
      this.refresh();
    }
  }

  #sendInherited(): void {
    for (const said of this.#inherited.splice(0)) if (!this.#ops.has(said.opId)) this.#send(said).catch(() => {}); // it stands among the refused
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

  async begin(
    snapshot: TrustedSnapshot | undefined,
    admits: (base: StreamBase) => boolean = () => true,
  ): Promise<StreamBase | undefined> {
    if (snapshot === undefined) {
      this.#said = [];
      this.#ops = new Set();
      this.#snapshots.begin(0);
      return undefined;
    }
    const state = await readChat(snapshot.packed);
    if (failed(state) || !isAsSaid(snapshot, state) || !isLog(state, snapshot.seq)) return undefined;
    const base = baseOf(snapshot, state);
    if (!admits(base)) return undefined;
    this.#snapshots.begin(snapshot.seq);
    this.#said = [...state.messages];
    this.#ops = new Set(state.messages.map(({ opId }) => opId));
    this.#sending = this.#sending.filter(({ opId }) => !this.#ops.has(opId));
    return base;
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
    this.whole.set(true);
  }

  /** Also when someone's name changed. */
  refresh(): void {
    const before = this.#shown;
    this.#shown = new Map();
    const show = (said: Said, state: ChatMessage["state"], why?: string): ChatMessage => {
      const message = this.#message(said, state, why, before.get(said.opId));
      this.#shown.set(said.opId, message);
      return message;
    };
    this.view.set([
      ...this.#said.map((said) => show(said, "sent")),
      ...this.#sending.map((said) => show(said, "sending")),
      ...this.#refused.map((said) => show(said, "refused", said.why)),
    ]);
  }

  #message(said: Said, state: ChatMessage["state"], why: string | undefined, before?: ChatMessage): ChatMessage {
    const { name, colour, number } = this.#profiles.of(said.memberId);
    const time = Math.min(said.time, LAST_DATE_MS);
    const { opId: id, memberId, text } = said;
    const same =
      before?.text === text && before.memberId === memberId && before.state === state && before.time === time;
    if (same && before.name === name && before.colour === colour && before.number === number) return before;
    const me = this.#sync.memberId;
    const forMe = before?.text === text ? before.forMe : memberId !== me && mentionsOf(text).has(me);
    return { id, memberId, name, number, colour, text, time, state, forMe, why };
  }
}

function payloadOf({ opId, text }: Pick<Said, "opId" | "text">): Uint8Array {
  return encodeChat({ opId, kind: ChatKind.Message, text });
}

async function readChat(packed: Packed): Promise<Parsed<ChatSnapshotState>> {
  const bytes = await unpackSnapshot(packed);
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
