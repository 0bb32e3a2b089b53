using System.Buffers;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>An owner gives members the present epoch's keys, without a new manifest (A3).</summary>
public readonly ref struct Give
{
    public BlobList Wraps { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Give frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Give { Wraps = BlobList.Read(ref reader, reader.U16(), Limits.MaxWraps) };
        return reader.End(out error);
    }

    public static void Write(IBufferWriter<byte> output, IReadOnlyList<byte[]> wraps)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Give, 2 + BlobList.Size(wraps));
        writer.U16(wraps.Count);
        BlobList.Write(ref writer, wraps);
        Frame.End(output, writer);
    }
}

/// <summary>Asks for the keys of the newest epoch that are kept for a member (A3).</summary>
public readonly ref struct Fetch
{
    public RoomId Room { get; init; }

    public MemberId Member { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Fetch frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Fetch { Room = new(reader.U128()), Member = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Fetch, 32);
        writer.U128(Room.Value);
        writer.U128(Member.Value);
        Frame.End(output, writer);
    }
}

/// <summary>Keys for the member that is asking, or that has a session here.</summary>
public readonly ref struct WrapFrame
{
    public ReadOnlySpan<byte> Wrap { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out WrapFrame frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new WrapFrame { Wrap = reader.B16() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Wrap, 2 + Wrap.Length);
        writer.B16(Wrap);
        Frame.End(output, writer);
    }
}
