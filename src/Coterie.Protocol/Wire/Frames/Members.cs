using System.Buffers;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>Opens a session on this connection (S1, W7).</summary>
public readonly ref struct Join
{
    public ReadOnlySpan<byte> Cert { get; init; }

    public ReadOnlySpan<byte> Session { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Join frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Join { Cert = reader.B16(), Session = reader.B16() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Join, 4 + Cert.Length + Session.Length);
        writer.B16(Cert);
        writer.B16(Session);
        Frame.End(output, writer);
    }
}

/// <summary>The session is live.</summary>
public readonly ref struct Joined
{
    public SessionId Session { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Joined frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Joined { Session = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Joined, 16);
        writer.U128(Session.Value);
        Frame.End(output, writer);
    }
}

/// <summary>A session that records may come from (W3).</summary>
public readonly ref struct MemberFrame
{
    public bool Live { get; init; }

    public ReadOnlySpan<byte> Cert { get; init; }

    public ReadOnlySpan<byte> Session { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out MemberFrame frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new MemberFrame
        {
            Live = reader.Bool(),
            Cert = reader.B16(),
            Session = reader.B16(),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Member, 5 + Cert.Length + Session.Length);
        writer.Bool(Live);
        writer.B16(Cert);
        writer.B16(Session);
        Frame.End(output, writer);
    }
}

/// <summary>A session ended.</summary>
public readonly ref struct Gone
{
    public SessionId Session { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Gone frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Gone { Session = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Gone, 16);
        writer.U128(Session.Value);
        Frame.End(output, writer);
    }
}
