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

    /// <summary>Send what waits, then close.</summary>
    Close,

    /// <summary>Hand a write to the committer.</summary>
    Commit,

    /// <summary>Read a page when the connection has taken most of what it was sent.</summary>
    ReadPage,

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

    /// <summary>Milliseconds since 1970, of <see cref="RoomEffectKind.Wake"/>.</summary>
    public ulong Time { get; init; }

    public bool Forced { get; init; }
}

/// <summary>
/// What the steps of a turn want done, in order. Small frames lie ready to send in one buffer, so that a turn allocates nothing
/// for them. The shell does all of it and then clears this.
/// </summary>
public sealed class RoomEffects
{
    private readonly List<RoomEffect> list = [];
    private const int KeptBytes = 64 * 1024; // what a large turn may leave behind
    private ArrayBufferWriter<byte> frames = new(1024);
    private int start;

    public IReadOnlyList<RoomEffect> List => list;

    public int Count => list.Count;

    public RoomEffect this[int index] => list[index];

    public ReadOnlySpan<byte> Frames => frames.WrittenSpan;

    public void Clear()
    {
        list.Clear();
        if (frames.Capacity > KeptBytes)
        {
            frames = new ArrayBufferWriter<byte>(1024);
        }
        frames.ResetWrittenCount();
        start = 0;
    }

    internal void Add(in RoomEffect effect) => list.Add(effect);

    /// <summary>Where the next frame is to be written; <see cref="SendTo"/> sends it.</summary>
    internal IBufferWriter<byte> Frame => frames;

    internal void SendTo(long connection)
    {
        list.Add(new RoomEffect(RoomEffectKind.Send, connection) { Range = start..frames.WrittenCount });
        start = frames.WrittenCount;
    }

    internal void Share(long connection, HubFrame frame, byte[] body) =>
        list.Add(new RoomEffect(RoomEffectKind.Share, connection) { Frame = frame, Body = body });

    internal void Error(long connection, Refusal code, string text, bool fatal = false)
    {
        new ErrorFrame
        {
            Code = code,
            Text = Encoding.UTF8.GetBytes(text),
            Fatal = fatal,
        }.Write(frames);
        SendTo(connection);
        if (fatal)
        {
            list.Add(new RoomEffect(RoomEffectKind.Close, connection));
        }
    }
}
