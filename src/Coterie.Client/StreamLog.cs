using System.Threading.Channels;
using Coterie.Protocol.Wire;

namespace Coterie.Client;

/// <summary>
/// A member's own, verified copy of one stream's order (PROTOCOL.md W4). Positions come out once, in order, without a gap, over any number of
/// connections; where the hub has forgotten some, an owner's or a keeper's snapshot comes out in their place (N6). Owned by its <see cref="Member"/>, which alone feeds it.
/// </summary>
public sealed class StreamLog
{
    private readonly Channel<Position> positions = Channel.CreateUnbounded<Position>(
        new UnboundedChannelOptions { SingleWriter = true }
    );

    internal StreamLog(StreamId id) => Id = id;

    public StreamId Id { get; }

    /// <summary>Every position after judgement, the member's own records among them. Ends when the member leaves or the stream stops.</summary>
    public ChannelReader<Position> Positions => positions.Reader;

    /// <summary>Appends not yet sealed for the current session, oldest first.</summary>
    internal Queue<Append> Waiting { get; } = new();

    /// <summary>Appends sent in the current session and not yet answered, oldest first.</summary>
    internal Queue<Append> Sent { get; } = new();

    /// <summary>Frames that came before the manifest or member they need (J2, J3), type byte first.</summary>
    internal Queue<byte[]> Early { get; } = new();

    /// <summary>The last durable counter used in the current session.</summary>
    internal ulong Counter { get; set; }

    /// <summary>Where the hub said that the stream stood when this connection subscribed; null until it did.</summary>
    internal (ulong Seq, Digest Head)? Target { get; set; }

    /// <summary>The least position beyond what is known here that a member's pulse named: who names one that nobody has hides no other's.</summary>
    internal ulong Claimed { get; set; }

    /// <summary>Where the hub says that the snapshot begins which it is about to send; null: none.</summary>
    internal (ulong Seq, Digest Head)? Offered { get; set; }

    /// <summary>What ended the log; null while it goes on. Nothing is taken into it, or sent from it, afterwards.</summary>
    internal RoomException? Ended { get; private set; }

    internal void Publish(Position position) => positions.Writer.TryWrite(position);

    internal void Close(RoomException? error = null)
    {
        positions.Writer.TryComplete(error);
        var gone = Ended ??= error ?? new RoomException(Refusal.Session, "The member has left the room.");
        foreach (var append in Sent)
            append.Fail(gone);
        foreach (var append in Waiting)
            append.Fail(gone);
        Sent.Clear();
        Waiting.Clear();
    }

    /// <summary>A new connection: what was sent is unanswered, and will either be met in the tail or be sealed again, in its old order.</summary>
    internal void Restart()
    {
        foreach (var append in Waiting)
            Sent.Enqueue(append);
        Waiting.Clear();
        foreach (var append in Sent)
            Waiting.Enqueue(append);
        Sent.Clear();
        Early.Clear();
        Counter = 0;
        Target = null;
        Offered = null;
    }
}
