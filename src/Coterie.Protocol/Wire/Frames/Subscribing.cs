using System.Buffers;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>Asks for a stream from a place on (W4).</summary>
public readonly ref struct Subscribe
{
    public StreamId Stream { get; init; }

    /// <summary>The last position already held; 0 for none.</summary>
    public ulong FromSeq { get; init; }

    /// <summary>The chain head there.</summary>
    public Digest FromHead { get; init; }

    public SubscribeMode Mode { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Subscribe frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Subscribe
        {
            Stream = new(reader.U128()),
            FromSeq = reader.U64(),
            FromHead = reader.Digest(),
            Mode = (SubscribeMode)reader.U8(0, 1),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Subscribe, 57);
        writer.U128(Stream.Value);
        writer.U64(FromSeq);
        writer.Digest(FromHead);
        writer.U8((byte)Mode);
        Frame.End(output, writer);
    }
}

/// <summary>Ends a subscription.</summary>
public readonly ref struct Unsubscribe
{
    public StreamId Stream { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Unsubscribe frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Unsubscribe { Stream = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Unsubscribe, 16);
        writer.U128(Stream.Value);
        Frame.End(output, writer);
    }
}

/// <summary>The answer to <see cref="Subscribe"/>: where the stream stands, and where what follows starts.</summary>
public readonly ref struct StreamFrame
{
    public StreamId Stream { get; init; }

    public ulong HeadSeq { get; init; }

    public Digest Head { get; init; }

    public ulong BaseSeq { get; init; }

    public Digest BaseHead { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out StreamFrame frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new StreamFrame
        {
            Stream = new(reader.U128()),
            HeadSeq = reader.U64(),
            Head = reader.Digest(),
            BaseSeq = reader.U64(),
            BaseHead = reader.Digest(),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Stream, 96);
        writer.U128(Stream.Value);
        writer.U64(HeadSeq);
        writer.Digest(Head);
        writer.U64(BaseSeq);
        writer.Digest(BaseHead);
        Frame.End(output, writer);
    }
}
