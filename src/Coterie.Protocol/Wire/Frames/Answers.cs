using System.Buffers;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>The author's record landed (W5), durably so in a permanent room (H1).</summary>
public readonly ref struct Ack
{
    public SessionId Session { get; init; }

    public StreamId Stream { get; init; }

    public ulong Counter { get; init; }

    public ulong Seq { get; init; }

    /// <summary>Milliseconds since 1970; part of the chain.</summary>
    public ulong ServerTime { get; init; }

    /// <summary>The chain head at Seq.</summary>
    public Digest Head { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Ack frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Ack
        {
            Session = new(reader.U128()),
            Stream = new(reader.U128()),
            Counter = reader.U64(),
            Seq = reader.U64(),
            ServerTime = reader.U64(),
            Head = reader.Digest(),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Ack, 88);
        writer.U128(Session.Value);
        writer.U128(Stream.Value);
        writer.U64(Counter);
        writer.U64(Seq);
        writer.U64(ServerTime);
        writer.Digest(Head);
        Frame.End(output, writer);
    }
}

/// <summary>The author's record did not land, and its session is burnt if the class is durable (R5).</summary>
public readonly ref struct Refused
{
    public SessionId Session { get; init; }

    public StreamId Stream { get; init; }

    public byte Class { get; init; }

    public ulong Counter { get; init; }

    public Refusal Code { get; init; }

    /// <summary>UTF-8, at most 1,024 bytes, that says what to do (W8).</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    private const int MaxTextBytes = ErrorFrame.MaxTextBytes;

    public static bool TryParse(ReadOnlySpan<byte> body, out Refused frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Refused
        {
            Session = new(reader.U128()),
            Stream = new(reader.U128()),
            Class = reader.U8(),
            Counter = reader.U64(),
            Code = (Refusal)reader.U16(),
            Text = reader.Text16(0, MaxTextBytes),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Refused, 45 + Text.Length);
        writer.U128(Session.Value);
        writer.U128(Stream.Value);
        writer.U8(Class);
        writer.U64(Counter);
        writer.U16((ushort)Code);
        writer.B16(Text);
        Frame.End(output, writer);
    }
}

/// <summary>What went wrong beside records.</summary>
public readonly ref struct ErrorFrame
{
    public const int MaxTextBytes = 1024;

    public Refusal Code { get; init; }

    /// <summary>The stream that a subscription failed for; zero where none is meant.</summary>
    public StreamId Stream { get; init; }

    /// <summary>UTF-8, at most 1,024 bytes, that says what to do (W8).</summary>
    public ReadOnlySpan<byte> Text { get; init; }

    /// <summary>Whether the connection ends.</summary>
    public bool Fatal { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out ErrorFrame frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new ErrorFrame
        {
            Code = (Refusal)reader.U16(),
            Stream = new(reader.U128()),
            Text = reader.Text16(0, MaxTextBytes),
            Fatal = reader.Bool(),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Error, 21 + Text.Length);
        writer.U16((ushort)Code);
        writer.U128(Stream.Value);
        writer.B16(Text);
        writer.Bool(Fatal);
        Frame.End(output, writer);
    }
}
