using System.Security.Cryptography;
using System.Text;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;

namespace Coterie.Simulation.Truth;

/// <summary>One stream as one party was shown it: every place, the chain over it computed anew, and what should have come of it.</summary>
internal sealed class StreamView
{
    private readonly List<Digest> heads = [];

    public StreamView(StreamId id, Digest start, FixedStreams streams)
    {
        Id = id;
        heads.Add(start);
        Tree = id == streams.Tree ? new TreeModel(streams) : null;
    }

    public StreamId Id { get; }

    public ulong Count => (ulong)heads.Count - 1;

    public Digest Head => heads[^1];

    public TreeModel? Tree { get; }

    /// <summary>The last durable counter of each session that counted.</summary>
    public Dictionary<SessionId, ulong> Counters { get; } = [];

    /// <summary>The version of the last record that counted.</summary>
    public uint Floor { get; set; }

    /// <summary>All that was applied, in order.</summary>
    public Digest State { get; private set; }

    /// <summary>Something could not be read for want of a key: what came of it is not what came of it elsewhere.</summary>
    public bool IsPartial { get; set; }

    /// <summary>Records that were applied.</summary>
    public HashSet<Deed> Applied { get; } = [];

    public Digest? HeadAt(ulong seq) => seq < (ulong)heads.Count ? heads[(int)seq] : null;

    public void Push(ulong time, ReadOnlySpan<byte> record) => heads.Add(Next(Head, Count + 1, time, record));

    public void Became(ReadOnlySpan<byte> what)
    {
        byte[] bytes = [.. State.ToArray(), .. what];
        State = Digest.Read(SHA256.HashData(bytes));
    }

    /// <summary>head_n of PROTOCOL.md section 5, by the base class library alone.</summary>
    public static Digest Next(Digest head, ulong seq, ulong time, ReadOnlySpan<byte> record)
    {
        Span<byte> bytes = stackalloc byte[80];
        head.CopyTo(bytes);
        Envelope.WriteHead(bytes[32..48], seq, time);
        Hash("record", record).CopyTo(bytes[48..]);
        return Hash("chain", bytes);
    }

    public static Digest Start(RoomId room, StreamId stream, IncarnationId incarnation)
    {
        Span<byte> bytes = stackalloc byte[48];
        room.CopyTo(bytes);
        stream.CopyTo(bytes[16..]);
        incarnation.CopyTo(bytes[32..]);
        return Hash("stream", bytes);
    }

    private static Digest Hash(string label, ReadOnlySpan<byte> data)
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes("coterie/1/" + label), 0, .. data];
        return Digest.Read(SHA256.HashData(bytes));
    }
}
