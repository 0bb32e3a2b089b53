import type { StreamBase } from "../rooms/StreamState.ts";
import type { TreeState } from "../rooms/TreeState.ts";
import { roomIdText } from "../wire/Base32.ts";
import { EMPTY } from "../wire/Bytes.ts";
import { RecordClass, Role } from "../wire/Classes.ts";
import type { StreamId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { StreamReader, StreamSync } from "./StreamSync.ts";

/** Streams that are fenced at once. */
const MOST_AT_ONCE = 4;
const KEPT = "fences";

/** Reads a log for its chain alone. */
const CHAIN: StreamReader = {
  begin: async (): Promise<StreamBase | undefined> => undefined,
  take: () => {},
  ready: () => {},
};

/**
 * After rules that take something away, the owner who made them appends an empty record to the tree, the chat and every file: no record
 * under older rules counts behind it (A5). Open streams come first; what is left when the page closes goes on at the next visit.
 */
export class Fencing {
  readonly #sync: RoomSync;
  readonly #due = new Set<StreamId>();
  readonly #appended = new Map<StreamId, StreamSync>();
  readonly #own = new Map<StreamId, StreamSync>();
  #closed = false;

  constructor(sync: RoomSync) {
    this.#sync = sync;
  }

  /** Goes on with what an earlier visit left. */
  async load(): Promise<void> {
    const kept = await this.#sync.world.vault.get(this.#room, KEPT);
    if (!Array.isArray(kept)) return;
    for (const id of kept as StreamId[]) this.#due.add(id);
  }

  /** New rules stand: every stream is to be fenced. */
  begin(): void {
    const { state } = this.#sync;
    const followed = new Set([...this.#sync.streams].map(({ id }) => id));
    const wanted = [state.streams.tree, state.streams.chat, ...livingFiles(state.tree)];
    this.#appended.clear();
    for (const id of wanted.sort((a, b) => Number(followed.has(b)) - Number(followed.has(a)))) this.#due.add(id);
    void this.#keep();
    this.look();
  }

  /** Goes on as far as it can now: called when something moved. */
  look(): void {
    if (this.#closed || this.#due.size === 0 || !this.#sync.joined || this.#sync.keyring.role !== Role.Owner) return;
    for (const [at, id] of [...this.#due].entries()) {
      if (at >= MOST_AT_ONCE) return;
      this.#fence(id);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #fence(id: StreamId): void {
    let stream = this.#sync.followed(id);
    if (stream === undefined) {
      stream = this.#sync.follow(id, CHAIN);
      this.#own.set(id, stream);
    }
    if (this.#appended.get(id) === stream) return;
    this.#appended.set(id, stream);
    stream.append({
      class: RecordClass.Fence,
      clear: () => EMPTY,
      payload: EMPTY,
      landed: () => this.#done(id),
      refused: (error) => (error.code === Code.Stream ? this.#done(id) : this.#again(id)), // the file was deleted
    });
  }

  #again(id: StreamId): void {
    this.#appended.delete(id);
  }

  #done(id: StreamId): void {
    this.#due.delete(id);
    this.#appended.delete(id);
    const own = this.#own.get(id);
    this.#own.delete(id);
    if (own !== undefined && this.#sync.followed(id) === own) this.#sync.unfollow(id);
    void this.#keep();
    this.look();
  }

  get #room(): string {
    return roomIdText(this.#sync.keyring.roomId);
  }

  async #keep(): Promise<void> {
    const left = [...this.#due];
    const { vault } = this.#sync.world;
    await vault.update(this.#room, KEPT, () => (left.length > 0 ? left : undefined)).catch(() => {});
  }
}

function livingFiles(tree: TreeState): StreamId[] {
  const files = [...tree.all()].filter(({ id }) => tree.livingFile(id as string as StreamId));
  return files.map(({ id }) => id as string as StreamId);
}
