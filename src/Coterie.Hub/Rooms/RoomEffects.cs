using System.Buffers;
using System.Text;
using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Rooms;

public enum RoomEffectKind : byte
{
    /// <summary>Send the frame that lies in <see cref="RoomEffects.Frames"/>.</summary>
    Send,

    /// <summary>Send a frame of this type around shared, unchanging bytes.</summary>
    Share,

    /// <summary>Send a relayed record, or drop it where the connection is under pressure (W6).</summary>
    Relay,

    /// <summary>Send a relayed presence record; of those that wait, only the newest of its session (W6).</summary>
    Presence,

    /// <summary>The connection has joined, or waits to be let in: it may stay as long as it is heard of.</summary>
    Settle,

    /// <summary>Send what waits, then close.</summary>
    Close,

    /// <summary>Hand a write to the committer.</summary>
    Commit,

    /// <summary>Read a page when the connection has taken most of what it was sent.</summary>
    ReadPage,

    /// <summary>Read a chunk when the connection has taken most of what it was sent.</summary>
    ReadChunk,

    /// <summary>Erase the room from the store, after all its commits.</summary>
    Erase,

    /// <summary>Send a Tick at this time or later.</summary>
    Wake,

    /// <summary>The room has nothing to do: forget it when nobody asks for it; or at once, where Forced.</summary>
    Unload,
}

/// <summary>One thing that the shell does for a room.</summary>
public readonly record struct RoomEffect(RoomEffectKind Kind, long Connection)
{
    public HubFrame Frame { get; init; }

    /// <summary>Of <see cref="RoomEffectKind.Send"/>: where in the frames.</summary>
    public Range Range { get; init; }

    /// <summary>A body that nobody changes any more.</summary>
    public byte[]? Body { get; init; }

    public SessionId Session { get; init; }

    public RoomWrite? Write { get; init; }

    public ulong Ticket { get; init; }

    public PageQuery Query { get; init; }

    public ChunkName Chunk { get; init; }

    /// <summary>Milliseconds since 1970, of <see cref="RoomEffectKind.Wake"/>.</summary>
    public ulong Time { get; init; }

    public bool Forced { get; init; }
}

/// <summary>
/// What the steps of a turn want done, in order. Small frames lie ready to send in one buffer. The shell does all of it and then
/// clears this, which gives both buffers back: a room that has nothing to do holds none.
/// </summary>
public sealed class RoomEffects
{
    private const int LeastEffects = 64;
    private readonly PooledBytes frames = new();
    private RoomEffect[] effects = [];
    private int start;

    public int Count { get; private set; }

    public RoomEffect this[int index] =>
        index < Count ? effects[index] : throw new ArgumentOutOfRangeException(nameof(index));

    public ReadOnlySpan<byte> Frames => frames.Written;

    public void Clear()
    {
        if (effects.Length > 0)
        {
            effects.AsSpan(0, Count).Clear();
            ArrayPool<RoomEffect>.Shared.Return(effects);
            effects = [];
        }
        frames.Clear();
        Count = 0;
        start = 0;
    }

    internal void Add(in RoomEffect effect)
    {
        if (Count == effects.Length)
        {
            Grow();
        }
        effects[Count++] = effect;
    }

    /// <summary>Where the next frame is to be written; <see cref="SendTo"/> sends it.</summary>
    internal IBufferWriter<byte> Frame => frames;

    internal void SendTo(long connection)
    {
        Add(new RoomEffect(RoomEffectKind.Send, connection) { Range = start..frames.Written.Length });
        start = frames.Written.Length;
    }

    internal void Share(long connection, HubFrame frame, byte[] body) =>
        Add(new RoomEffect(RoomEffectKind.Share, connection) { Frame = frame, Body = body });

    internal void Error(long connection, Refusal code, string text, bool fatal = false, StreamId stream = default)
    {
        new ErrorFrame
        {
            Code = code,
            Stream = stream,
            Text = Encoding.UTF8.GetBytes(text),
            Fatal = fatal,
        }.Write(frames);
        SendTo(connection);
        if (fatal)
        {
            Add(new RoomEffect(RoomEffectKind.Close, connection));
        }
    }

    private void Grow()
    {
        var larger = ArrayPool<RoomEffect>.Shared.Rent(Math.Max(LeastEffects, Count * 2));
        effects.AsSpan(0, Count).CopyTo(larger);
        if (effects.Length > 0)
        {
            effects.AsSpan(0, Count).Clear();
            ArrayPool<RoomEffect>.Shared.Return(effects);
        }
        effects = larger;
    }
}
