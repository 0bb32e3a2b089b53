using Coterie.Hub.Stores;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

/// <summary>
/// One room as a pure step function: (state, input, time) → effects. No socket, no clock, no task, no randomness inside, so a
/// simulator can drive it and a seed repeats it. Not for several threads at once.
///
/// It owns: <see cref="RoomState"/>, which alone judges what may happen; the connections in the room and their sessions; the
/// subscriptions; the writes that are gathered or on their way to the store.
///
/// Always:
/// - What RoomState accepted goes to the store in the order of acceptance; nobody hears of it before it is durable (H1).
/// - Each subscriber is sent a row of positions without gap or duplicate (W4); an author gets its one ack at the place (W5).
/// - A manifest is sent before a record of its version, a member frame before a record of its session (W3).
/// - After a failed commit nothing is acknowledged or accepted any more: the room ends and is loaded again from the store (H3). Where the disk is
///   known to be full nothing is accepted to begin with, and the room goes on.
/// Never: it cannot read content, and knows no address.
/// </summary>
public sealed partial class Room : IDisposable
{
    private readonly RoomState state;
    private readonly RoomKind kind;
    private readonly IncarnationId incarnation;
    private readonly HubOptions options;
    private readonly RoomEffects effects;
    private readonly SortedDictionary<long, Peer> peers = [];
    private ulong now;
    private ulong quietSince;
    private bool ended;
    private bool draining;
    private bool isFull; // the disk, as the message that is handled came

    private Room(RoomState state, RoomKind kind, IncarnationId incarnation, HubOptions options, RoomEffects effects)
    {
        this.state = state;
        this.kind = kind;
        this.incarnation = incarnation;
        this.options = options;
        this.effects = effects;
    }

    public RoomId Id => state.Room;

    /// <summary>Nothing happens in this room any more; it waits for its last commits only.</summary>
    public bool Ended => ended;

    /// <summary>It was destroyed, or its time was over, and the store has nothing of it any more.</summary>
    public bool IsErased { get; private set; }

    /// <summary>Commits that were handed out and are not answered.</summary>
    public int Outstanding => handedOut.Count;

    public int LiveSessions { get; private set; }

    /// <summary>One step. What is to be done is added to the effects that the room was made with.</summary>
    /// <param name="time">Milliseconds since 1970.</param>
    public void Step(in RoomInput input, ulong time)
    {
        now = time;
        switch (input.Kind)
        {
            case RoomInputKind.Committed:
                Landed(input.Ticket);
                break;
            case RoomInputKind.CommitFailed:
                Failed(input.IsFull);
                break;
            case RoomInputKind.Disconnected:
                Disconnected(input.Connection);
                break;
            case RoomInputKind.Erased:
                Erased();
                break;
            case RoomInputKind.EraseFailed:
                erasing = false;
                End(
                    Refusal.StorageFailed,
                    "The server could not erase all of the room. Try again, or tell its operator."
                );
                break;
            case var _ when ended:
                Turned(input);
                break;
            case RoomInputKind.Connected:
                peers.Add(input.Connection, new Peer(input.Connection, input.Facts!));
                break;
            case RoomInputKind.Message:
                Message(input);
                break;
            case RoomInputKind.PageRead:
                PageRead(input.Connection, input.Page!);
                break;
            case RoomInputKind.ChunkRead:
                ChunkRead(input.Connection, input.Chunk);
                break;
            case RoomInputKind.PageFailed:
                End(
                    Refusal.StorageFailed,
                    "The server cannot read its storage. Connect again; if it persists tell its operator."
                );
                break;
            case RoomInputKind.Tick:
                Tick();
                break;
            case RoomInputKind.ShutDown:
                Flush();
                draining = true;
                EndIfDrained();
                break;
        }
    }

    /// <summary>Ends a turn of steps: everything accepted in it goes into one commit.</summary>
    public void Flush()
    {
        if (gathered.Count > 0 || takenChunks.Count > 0 || gatheredWrite?.Blobs.Count > 0)
        {
            HandOut();
        }
    }

    public void Dispose() => state.Dispose();

    private void Message(in RoomInput input)
    {
        if (!peers.TryGetValue(input.Connection, out var peer))
        {
            return; // its closing is on its way
        }
        isFull = input.IsFull;
        var message = input.Message.Span;
        while (Frame.TryNext(ref message, Protocol.Limits.MaxFrameBytes, out var type, out var body, out _))
        {
            if (!Handle(peer, (ClientFrame)type, body))
            {
                Malformed(peer);
            }
            if (ended || !peers.ContainsKey(peer.Connection))
            {
                return;
            }
        }
        if (!message.IsEmpty)
        {
            Malformed(peer);
        }
    }

    /// <summary>False where the frame does not parse (W1).</summary>
    private bool Handle(Peer peer, ClientFrame type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case ClientFrame.Look:
                return OnLook(peer, body);
            case ClientFrame.Open:
                return OnOpen(peer, body);
            case ClientFrame.Join:
                return OnJoin(peer, body);
            case ClientFrame.Create:
                return OnCreate(peer, body);
            case ClientFrame.Fetch:
                return OnFetch(peer, body);
            case ClientFrame.Knock:
                return OnKnock(peer, body);
            case ClientFrame.Ping:
                return OnPing(peer, body); // also of who has not joined: they may take long over a password
            case ClientFrame.Hello:
                OutOfOrder(peer, "Say hello once.");
                return true;
            case < ClientFrame.Hello or > ClientFrame.Want:
                return false;
        }
        if (peer.Attendance is null)
        {
            OutOfOrder(peer, "Join the room first.");
            return true;
        }
        if (isFull && type is ClientFrame.Manifest or ClientFrame.Give or ClientFrame.Offer or ClientFrame.Chunk)
        {
            Drop(peer, Refusal.StorageFailed, Texts.DiskFull);
            return true;
        }
        switch (type)
        {
            case ClientFrame.Append:
                return OnAppend(peer, body);
            case ClientFrame.Send:
                return OnSend(peer, body);
            case ClientFrame.Subscribe:
                return OnSubscribe(peer, body);
            case ClientFrame.Unsubscribe:
                return OnUnsubscribe(peer, body);
            case ClientFrame.Manifest:
                return OnManifest(peer, body);
            case ClientFrame.Give:
                return OnGive(peer, body);
            case ClientFrame.Destroy:
                return OnDestroy(peer, body);
            case ClientFrame.TurnAway:
                return OnTurnAway(peer, body);
            case ClientFrame.Offer:
                return OnOffer(peer, body);
            case ClientFrame.Chunk:
                return OnChunk(peer, body);
            case ClientFrame.Want:
                return OnWant(peer, body);
            default:
                return OnLeave(peer, body);
        }
    }

    private bool OnLeave(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!body.IsEmpty)
        {
            return false;
        }
        effects.Add(new RoomEffect(RoomEffectKind.Close, peer.Connection));
        Disconnected(peer.Connection);
        return true;
    }

    private bool OnPing(Peer peer, ReadOnlySpan<byte> body)
    {
        if (!Ping.TryParse(body, out var ping, out _))
        {
            return false;
        }
        new Pong { Nonce = ping.Nonce, ServerTime = now }.Write(effects.Frame);
        effects.SendTo(peer.Connection);
        return true;
    }

    private void Malformed(Peer peer) =>
        Drop(peer, Refusal.Malformed, "A frame does not follow the protocol. Update the program that sent it.");

    private void OutOfOrder(Peer peer, string text) => effects.Error(peer.Connection, Refusal.OutOfOrder, text);

    /// <summary>The connection closes; the room has nothing to do with it any more.</summary>
    private void Drop(Peer peer, Refusal code, string text)
    {
        effects.Error(peer.Connection, code, text, fatal: true);
        Disconnected(peer.Connection);
    }

    private void Disconnected(long connection)
    {
        if (peers.Remove(connection, out var peer))
        {
            Forget(peer);
        }
        if (!ended)
        {
            Rest(); // also for who was dropped before: until now its connection held the room in memory
        }
    }

    private void Forget(Peer peer)
    {
        foreach (var subscription in peer.Subscriptions)
        {
            EndSubscription(subscription);
        }
        EndKnock(peer);
        EndAttendance(peer);
        foreach (var attendance in peer.Past)
        {
            if (!attendance.Stored)
            {
                attendances.Remove(attendance.Id); // no record names it, and its challenge is gone
            }
        }
    }

    /// <summary>Whoever comes to a room that has ended is sent away, by a code that says it is for the moment only: a new connection finds the
    /// stored state (H3).</summary>
    private void Turned(in RoomInput input)
    {
        if (input.Kind == RoomInputKind.Connected && erasing)
        {
            peers.Add(input.Connection, new Peer(input.Connection, input.Facts!)); // hears with the others what becomes of the room
        }
        else if (input.Kind == RoomInputKind.Connected)
        {
            effects.Error(
                input.Connection,
                Refusal.ShuttingDown,
                "The room has just closed. Connect again.",
                fatal: true
            );
        }
    }

    private void EndIfDrained()
    {
        if (draining && handedOut.Count == 0)
        {
            End(Refusal.ShuttingDown, "The server is stopping. Connect again in a moment.");
        }
    }

    private void End(Refusal code, string text) => End(code, _ => text);

    private void End(Refusal code, Func<Peer, string> text)
    {
        ended = true;
        foreach (var peer in peers.Values)
        {
            effects.Error(peer.Connection, code, text(peer), fatal: true);
        }
        if (handedOut.Count == 0)
        {
            effects.Add(new RoomEffect(RoomEffectKind.Unload, 0) { Forced = true });
        }
    }

    /// <summary>Asks to be woken when the room could go.</summary>
    private void Rest()
    {
        if (kind == RoomKind.Memory ? LiveSessions > 0 : peers.Count > 0)
        {
            return;
        }
        if (kind == RoomKind.Permanent)
        {
            quietSince = now;
        }
        effects.Add(new RoomEffect(RoomEffectKind.Wake, 0) { Time = quietSince + Grace });
    }

    private ulong Grace => (ulong)(kind == RoomKind.Memory ? options.MemoryGrace : options.IdleGrace).TotalMilliseconds;

    private void Tick()
    {
        var used = kind == RoomKind.Memory ? LiveSessions > 0 : peers.Count > 0 || handedOut.Count > 0;
        if (used || now < quietSince + Grace)
        {
            return;
        }
        if (kind == RoomKind.Permanent)
        {
            effects.Add(new RoomEffect(RoomEffectKind.Unload, 0));
            return;
        }
        ended = true;
        erasing = true;
        effects.Add(new RoomEffect(RoomEffectKind.Erase, 0));
    }
}
