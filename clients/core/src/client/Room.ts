import { Needs } from "../rooms/Door.ts";
import { openTitle } from "../rooms/EpochKey.ts";
import { type Link, roomAddress } from "../rooms/Link.ts";
import { type Manifest, ManifestFlag, Retention } from "../rooms/Manifest.ts";
import { verificationWords } from "../rooms/Words.ts";
import { roomIdText } from "../wire/Base32.ts";
import { mayWrite, Policy, RecordClass } from "../wire/Classes.ts";
import type { MemberId, NodeId, StreamId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { alike } from "./alike.ts";
import type { Blobs } from "./Blobs.ts";
import { Chat } from "./Chat.ts";
import { orderToDestroy } from "./destroying.ts";
import { type Entered, enterRoom, idFrom, lookAtRoom, orHangUp, type RoomFront, type WayIn } from "./entering.ts";
import { Fencing } from "./Fencing.ts";
import { foundRoom, type RecoveryKit, type RoomTerms } from "./founding.ts";
import { headsOf } from "./headsOf.ts";
import { invitation, invitesAs } from "./invitation.ts";
import { Keeping } from "./Keeping.ts";
import { type Keyring, loadKeyring, saveKeyring } from "./Keyring.ts";
import { Knocks } from "./Knocks.ts";
import { Listing } from "./Listing.ts";
import { checkName, nodeId } from "./naming.ts";
import { Observable } from "./Observable.ts";
import { OpenFiles } from "./OpenFiles.ts";
import { NOT_TAKEN, Outbox, type UnsentChange } from "./Outbox.ts";
import { People, roleName } from "./People.ts";
import type { Whereabouts } from "./Pointer.ts";
import { allowed, Powers } from "./Powers.ts";
import { Profiles } from "./Profiles.ts";
import { Rebuilding } from "./Rebuilding.ts";
import { Recovering } from "./Recovering.ts";
import { rejectedOf } from "./Rejected.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomFile } from "./RoomFile.ts";
import { RoomSync } from "./RoomSync.ts";
import { Rules } from "./Rules.ts";
import { Runs } from "./Runs.ts";
import { Together } from "./Together.ts";
import { Tree } from "./Tree.ts";
import { unsentText } from "./unsentText.ts";
import type { RecentRoom } from "./Vault.ts";
import { Verified } from "./Verified.ts";
import type { Connection, Cursor, RecoveredText, RoomView } from "./view.ts";
import type { Timer, World } from "./World.ts";

const SWEEP_MS = 5_000;
const DESTROYED = "An owner destroyed this room. Nothing of it is left on the server.";

/**
 * A room as a person is in it: what a user interface shows and what one can do there. It puts the parts together and holds no
 * rule of its own; every promise that is refused rejects with a RoomError whose text is for a person.
 */
export class Room {
  readonly view: Observable<RoomView>;
  readonly tree: Tree;
  readonly chat: Chat;
  readonly together: Together;
  readonly runs: Runs;
  readonly #world: World;
  readonly #sync: RoomSync;
  readonly #profiles: Profiles;
  readonly #people: People;
  readonly powers: Powers;
  readonly #knocks: Knocks;
  readonly verified: Verified;
  readonly listing: Listing;
  readonly #rules: Rules;
  readonly #fencing: Fencing;
  /** A room in memory promises nothing beyond the visit. */
  readonly #outbox: Outbox | undefined;
  readonly #files: OpenFiles;
  #connection: Connection = "connecting";
  #problem: RoomError | undefined;
  #title = "";
  #words: readonly string[] = [];
  #stale = false;
  readonly #rebuilding: Rebuilding;
  readonly #recovering: Recovering;
  #sweep: Timer;
  #destroyed: (() => void) | undefined;
  /** The server said so on an earlier visit; since then it knows nothing of the room any more. */
  #wasDestroyed = false;
  #closed = false;
  readonly #keeping: Keeping;

  private constructor(world: World, keyring: Keyring) {
    this.#world = world;
    this.#sync = new RoomSync(world, keyring, {
      connection: (state, problem) => this.#onConnection(state, problem),
      manifest: (newest) => void this.#onManifest(newest),
      keys: () => this.#onKeys(),
      members: (came) => this.#onMembers(came),
      relayed: (record, memberId, payload) => this.together.relayed(record, memberId, payload),
      knock: (frame) => this.#knocks.take(frame),
      unsaved: () => this.#onUnsaved(),
      full: (problem) => this.#onFull(problem),
      unread: (stream, problem) => this.#onUnread(stream, problem),
      alarmed: () => this.#changed(false),
      heard: (member) => this.together?.silence.hear(member),
      rebuilt: () => this.#onRebuilt(),
      lost: () => this.#rebuilding.lost(),
    });
    const renamed = () => this.#onProfiles();
    this.#profiles = new Profiles(this.#sync, { name: keyring.name, colour: keyring.colour }, renamed);
    this.verified = new Verified(this.#sync, () => this.#changed());
    this.listing = new Listing(this.#sync);
    this.#people = new People(this.#sync, this.#profiles, this.verified);
    const nameOf = (member: MemberId) => this.#profiles.of(member).name;
    this.tree = new Tree(this.#sync, nameOf, () => this.#onTree());
    this.chat = new Chat(this.#sync, this.#profiles);
    this.runs = new Runs(this.#sync, this.#profiles);
    const mayEdit = () => this.#mayWrite(RecordClass.Edit);
    this.#files = new OpenFiles(this.#sync, this.tree, mayEdit, () => this.#onUnsaved());
    this.#rebuilding = new Rebuilding(this.#sync, {
      tree: this.tree,
      chat: this.chat,
      blobs: this.blobs,
      files: () => this.#files.docs(),
      mayEdit,
      nameOf,
    });
    this.#recovering = new Recovering({
      tree: this.tree,
      files: () => this.#files.docs(),
      mayEdit,
      file: (id) => this.#files.get(nodeId(id)),
    });
    this.together = new Together(
      this.#sync,
      this.#people,
      () => this.#files.shown(),
      () => {
        if (this.#people.list() !== this.view.get().people) this.#changed(false);
      },
    );
    this.#rules = new Rules(this.#sync);
    this.#fencing = new Fencing(this.#sync);
    this.#knocks = new Knocks(this.#sync, () => this.#changed());
    this.powers = new Powers(this.#sync, this.#rules, this.#fencing, this.#knocks);
    this.#keeping = new Keeping(this.#sync, () => {
      const gone = this.#connection === "ended" ? this.#problem?.code : undefined;
      return { title: this.#title, gone };
    });
    if (keyring.kind === "permanent")
      this.#outbox = new Outbox(world, roomIdText(keyring.roomId), {
        gather: () => this.#unsent(),
        adopt: (changes) => this.#inherit(changes),
      });
    this.view = new Observable(this.#look(), true);
    this.#sweep = this.#keepSweeping();
  }

  /** Makes a room and enters it as its owner. @throws RoomError */
  static async create(world: World, terms: RoomTerms): Promise<{ room: Room; recovery: RecoveryKit }> {
    checkName(terms.name);
    checkName(terms.title);
    const { keyring, recovery } = await foundRoom(world, terms);
    return { room: await Room.#enter(world, { keyring }), recovery };
  }

  /** What a room asks of who wants to come in. @param roomId base32. @throws RoomError */
  static async look(world: World, server: string, way: string | Link): Promise<RoomFront> {
    return await lookAtRoom(world, server, typeof way === "string" ? { roomId: idFrom(way) } : way);
  }

  /** Enters by a link, or by room id (base32) and password. @throws RoomError */
  static async join(world: World, way: Omit<WayIn, "roomId"> & { readonly roomId?: string }): Promise<Room> {
    checkName(way.name);
    const { roomId, ...rest } = way;
    const entered = await enterRoom(world, { ...rest, ...(roomId !== undefined && { roomId: idFrom(roomId) }) });
    return await orHangUp(entered, Room.#enter(world, entered));
  }

  /** Enters again with the keys this machine keeps; undefined if it keeps none. Does not wait for the server. */
  static async reopen(world: World, server: string, roomId: string, name?: string): Promise<Room | undefined> {
    const kept = await loadKeyring(world.vault, idFrom(roomId));
    if (kept === undefined) return undefined;
    const listed = (await world.vault.list()).find(({ id }) => id === roomIdText(kept.roomId));
    return await Room.#enter(world, { keyring: { ...kept, server, ...(name !== undefined && { name }) } }, listed);
  }

  static async #enter(world: World, { keyring, link }: Entered, listed?: RecentRoom): Promise<Room> {
    await saveKeyring(world.vault, keyring);
    const room = new Room(world, keyring);
    room.#wasDestroyed = listed?.gone === "destroyed";
    room.#title = listed?.title ?? ""; // until its rules are read, if they can be
    await room.verified.load();
    await room.#outbox?.take();
    await room.#fencing.load();
    await room.#sync.start(link);
    return room;
  }

  /** Opens a file, as often as wanted; each opening is closed once. */
  async open(fileId: string): Promise<RoomFile> {
    return this.#files.open(nodeId(fileId), () => this.#closeUnused());
  }

  /** Deleted files whose unsent text was put into new ones on this visit. */
  get recovered(): Observable<readonly RecoveredText[]> {
    return this.#recovering.recovered;
  }

  /** The person has taken note of what was not taken of a file's text: it is kept no longer. */
  forgetNotTaken(fileId: string): void {
    this.#files.find(nodeId(fileId))?.rejected.set(undefined);
    this.#closeUnused();
  }

  /** Where this person is; peers see it at most 30 times a second. */
  point(place: Whereabouts): void {
    this.together.pulse.beat();
    this.together.pointer.point(place);
  }

  get blobs(): Blobs {
    return this.#sync.blobs;
  }

  get cursors(): Observable<readonly Cursor[]> {
    return this.together.cursors;
  }

  /** The link to give on, or undefined where this person does not hold that role's secret. */
  link(role: "editor" | "viewer"): string | undefined {
    return invitation(this.#sync, role);
  }

  /** The address without a key: it opens together with the room's password. */
  roomAddress(): string {
    return roomAddress(this.#sync.keyring.server, this.#sync.keyring.roomId);
  }

  async rename(title: string): Promise<void> {
    checkName(title);
    await this.#rules.change(() => ({ name: title }));
  }

  /** As this person calls themselves; among the people a number may stand behind it. */
  get ownName(): string {
    return this.#profiles.ownName;
  }

  async setName(name: string): Promise<void> {
    checkName(name);
    await this.#keeping.keep({ name });
    this.#profiles.setOwn({ name, colour: this.#sync.keyring.colour });
  }

  /** Erases the room for everybody. @throws RoomError where this person is no owner or not connected. */
  async destroy(): Promise<void> {
    const order = await orderToDestroy(this.#sync);
    const destroyed = new Promise<void>((resolve) => {
      this.#destroyed = resolve;
    });
    this.#sync.send(order);
    await destroyed;
    await this.leave();
  }

  /** Whether another page of this machine, or an earlier visit, keeps what has not reached the server. */
  async unsentElsewhere(): Promise<boolean> {
    return (await this.#outbox?.othersKeep()) ?? false;
  }

  /** The file that shows an alarm's contradiction to others (section 18). @throws RoomError where there is none */
  evidence(alarm: number): Promise<string> {
    return this.#sync.alarms.evidence(alarm);
  }

  /** What was written here and no log has, for who wrote it to copy where the room is no more. */
  unsentText(): string {
    return unsentText(this.#unsent());
  }

  /** Goes away for good: this machine's keys to the room are erased. */
  async leave(): Promise<void> {
    this.close();
    await this.#keeping.end();
    await this.#outbox?.close();
    await this.#sync.seen.close();
    await this.#world.vault.delete(roomIdText(this.#sync.keyring.roomId));
  }

  /** Keeps at once what no ack covers yet: this machine, or its page, may go away now. @returns when that is done or has failed */
  async keepUnsent(): Promise<void> {
    await this.#outbox?.keep();
  }

  /** Makes the attempt at once that waits for its time: to connect, or to have taken what the hub did not take for now. */
  readonly tryAgain = (): void => {
    this.#sync.retry.now();
    this.#sync.resealing.now();
  };

  /** Goes away and keeps the keys. */
  close(): void {
    this.#closed = true;
    this.blobs.close();
    this.#world.clearTimer(this.#sweep);
    this.#rebuilding.close();
    this.together.close();
    this.#fencing.close();
    void this.#outbox?.keep();
    void this.#outbox?.close();
    this.#sync.close();
    this.runs.close();
    this.#files.close();
  }

  /** Own verified chains, by stream id. */
  heads(): ReadonlyMap<string, { readonly seq: number; readonly head: Uint8Array }> {
    return headsOf(this.#sync);
  }

  #unsent(): readonly UnsentChange[] {
    return [...this.tree.unsent(), ...this.chat.unsent(), ...this.#files.unsent()];
  }

  /** What an earlier visit left unsent. */
  #inherit(changes: readonly UnsentChange[]): void {
    const { tree, chat } = this.#sync.state.streams;
    const of = (stream: StreamId) => changes.filter((change) => change.stream === stream);
    this.tree.inherit(of(tree));
    this.chat.inherit(of(chat));
    for (const change of changes)
      if (change.class === RecordClass.Edit)
        this.#files.get(change.stream as string as NodeId).inherit([change.payload]);
      else if (change.class === NOT_TAKEN)
        this.#files.get(change.stream as string as NodeId).rejected.set(rejectedOf(change));
  }

  #onUnsaved(): void {
    this.#outbox?.changed(this.#connection !== "connected");
    this.#recovering?.look();
    this.#changed(false);
  }

  /** Without a connection all stay: what was read cannot be read again, and whoever lays out the screen anew opens it again. */
  #closeUnused(): void {
    if (this.#connection === "connected") this.#files.closeUnused();
  }

  #onFull(problem: RoomError): void {
    this.#problem = problem;
    void this.#outbox?.keep();
    this.#changed(false);
  }

  #onUnread(stream: StreamId, problem: RoomError): void {
    const file = this.tree.view.get().find((node) => (node.id as string) === stream);
    const text = file === undefined ? problem.text : `${file.name} cannot be read: ${problem.text}`;
    this.#onConnection(this.#connection, new RoomError(problem.code, text));
  }

  #onConnection(state: Connection, problem: RoomError | undefined): void {
    if (problem?.code === Code.ManifestConflict || problem?.code === Code.ManifestInvalid) {
      this.#rules.refused(problem);
      return;
    }
    if (problem?.code === Code.Destroyed) this.#destroyed?.();
    const remembered = this.#wasDestroyed && state === "ended" && problem?.code === Code.NoSuchRoom;
    const cameBack = state === "connected" && this.#connection !== "connected";
    this.#connection = state;
    // A server whose disk is full lets in: that it stores again is known only once the connection has stood for a while.
    const lingers = state === "connected" && problem === undefined && this.#problem?.code === Code.StorageFailed;
    if (!lingers) this.#problem = remembered ? new RoomError(Code.Destroyed, DESTROYED) : problem;
    this.#people?.note();
    this.#sync?.blobs.connection(state, problem);
    if (state !== "connected") this.#knocks?.clear();
    if (state !== "connected") void this.#outbox?.keep();
    if (state === "connected") {
      void this.#outbox?.take();
      this.#sweep = this.#keepSweeping();
      this.#rebuilding.here();
      this.together.begin();
      if (cameBack) this.runs.cameBack();
      this.#rules.joined();
      this.#fencing.look();
    }
    if (state === "connected" || state === "ended") this.#keeping.soon();
    this.#changed();
  }

  async #onManifest(newest: Manifest): Promise<void> {
    this.#rules.learned(newest);
    this.#knocks.clear(); // who still waits knocks anew
    const epoch = await this.#sync.own.epochs.ofVersion(newest.version);
    const title = epoch && (await openTitle(epoch, newest.version, newest.title));
    if (newest !== this.#sync.state.manifests.newest) return;
    this.#title = title ?? this.#title;
    this.#words = verificationWords(this.#sync.state.genesis, newest);
    this.tree?.refresh();
    this.runs?.rulesChanged();
    this.#changed();
    this.#keeping.soon();
  }

  /** The title is sealed under the new keys, and what one may do here follows from them. */
  #onKeys(): void {
    const newest = this.#sync.state.manifests.newest;
    if (newest !== undefined) void this.#onManifest(newest);
  }

  #onMembers(came: boolean): void {
    if (came) this.together?.greet();
    this.together?.silence.look();
    this.#people?.note();
    this.#changed();
  }

  #onRebuilt(): void {
    if (this.#closed) return;
    this.#rebuilding.rebuilt();
    this.#keeping.soon();
  }

  #onProfiles(): void {
    this.chat?.refresh();
    this.runs?.refresh();
    this.tree?.refresh();
    this.#changed();
  }

  #onTree(): void {
    this.#files.look();
    this.#recovering.look();
    this.#changed();
  }

  #keepSweeping(): Timer {
    this.#world.clearTimer(this.#sweep);
    return this.#world.setTimer(() => {
      const stands = this.#connection === "connected";
      const stores = stands && this.#problem?.code === Code.StorageFailed && this.#sync.unsaved === 0;
      if (stores) this.#problem = undefined;
      if (this.#people.sweep() || this.#rebuilding.noticed || stores) this.#changed();
      this.together.sweep();
      this.#closeUnused();
      if (stands) void this.#outbox?.take(); // what tabs left unsent that were closed meanwhile
      this.#fencing.look();
      this.#sweep = this.#keepSweeping();
    }, SWEEP_MS);
  }

  /** Many changes in one turn are shown once. @param people whether the list of people may be another by it */
  #changed(people = true): void {
    if (people) this.#people?.changed();
    if (this.#stale || this.view === undefined) return;
    this.#stale = true;
    queueMicrotask(() => {
      this.#stale = false;
      const [before, now] = [this.view.get(), this.#look()];
      if (!alike(before, now)) this.view.set(now);
      if (before.people !== now.people) this.together.look();
    });
  }

  #look(): RoomView {
    const { keyring, state } = this.#sync;
    const { policy = 0, doors = [], flags = 0, until, retention } = state.manifests.newest ?? {};
    const unsaved = this.#files.docs().reduce((sum, { pending }) => sum + pending, this.#sync.unsaved);
    return {
      id: roomIdText(keyring.roomId),
      title: this.#title,
      kind: keyring.kind,
      connection: this.#connection,
      problem: this.#notice(),
      unsaved,
      notTaken: this.#recovering.notTaken,
      role: roleName(keyring.role),
      readOnly: (policy & Policy.ReadOnly) !== 0,
      byApproval: (flags & ManifestFlag.ByApproval) !== 0,
      locked: (flags & ManifestFlag.Locked) !== 0,
      forgets: retention === Retention.Trim,
      allows: allowed(policy),
      canEdit: this.#mayWrite(RecordClass.Edit),
      canChat: this.#mayWrite(RecordClass.Chat),
      invitesAs: invitesAs(this.#sync),
      linksUntil: flags & ManifestFlag.Timed ? until : undefined,
      passwordOpens: doors.some(({ needs }) => needs === Needs.Password),
      words: this.#words,
      alarms: this.#sync.alarms.list,
      knocking: this.#knocks?.list() ?? [],
      strangers: this.#knocks?.strangers ?? 0,
      people: this.#people.list(),
    };
  }

  #mayWrite(recordClass: RecordClass): boolean {
    return mayWrite(recordClass, this.#sync.keyring.role, this.#sync.state.manifests.newest?.policy ?? 0);
  }

  #notice(): RoomView["problem"] {
    if (this.#problem !== undefined) return { code: this.#problem.code, text: this.#problem.text };
    const rebuilt = this.#rebuilding?.notice();
    return rebuilt === undefined ? undefined : { code: Code.NoSuchRoom, text: rebuilt };
  }
}
