using System.Buffers;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>The first frame of a client.</summary>
public readonly ref struct Hello
{
    public byte Suite { get; init; }

    /// <summary>Conveniences the sender knows, one bit each; never cryptography (K1).</summary>
    public uint Features { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Hello frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Hello { Suite = reader.U8(), Features = reader.U32() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Hello, 5);
        writer.U8(Suite);
        writer.U32(Features);
        Frame.End(output, writer);
    }
}

/// <summary>The hub's answer to <see cref="Hello"/>.</summary>
public readonly ref struct Welcome
{
    public byte Suite { get; init; }

    public uint Features { get; init; }

    /// <summary>Random, of this connection; a Session signs it (S1).</summary>
    public Digest Challenge { get; init; }

    /// <summary>Milliseconds since 1970, for display only.</summary>
    public ulong ServerTime { get; init; }

    /// <summary>Whether a permanent room takes the operator's key (H8).</summary>
    public bool AdminKeyNeeded { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Welcome frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Welcome
        {
            Suite = reader.U8(),
            Features = reader.U32(),
            Challenge = reader.Digest(),
            ServerTime = reader.U64(),
            AdminKeyNeeded = reader.Bool(),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Welcome, 46);
        writer.U8(Suite);
        writer.U32(Features);
        writer.Digest(Challenge);
        writer.U64(ServerTime);
        writer.Bool(AdminKeyNeeded);
        Frame.End(output, writer);
    }
}

/// <summary>Asks for a <see cref="Pong"/>.</summary>
public readonly ref struct Ping
{
    public ulong Nonce { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Ping frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Ping { Nonce = reader.U64() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Ping, 8);
        writer.U64(Nonce);
        Frame.End(output, writer);
    }
}

/// <summary>The answer to <see cref="Ping"/>, with its nonce.</summary>
public readonly ref struct Pong
{
    public ulong Nonce { get; init; }

    /// <summary>Milliseconds since 1970, for display only.</summary>
    public ulong ServerTime { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Pong frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Pong { Nonce = reader.U64(), ServerTime = reader.U64() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Pong, 16);
        writer.U64(Nonce);
        writer.U64(ServerTime);
        Frame.End(output, writer);
    }
}
