using System.Buffers;
using Coterie.Protocol.Keys;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>Asks the owners of a room by approval to be let in (Q2).</summary>
public readonly ref struct Knock
{
    /// <summary>The key by which this person would be a member, 65 bytes.</summary>
    public ReadOnlySpan<byte> Sign { get; init; }

    /// <summary>What others may seal to, 65 bytes.</summary>
    public ReadOnlySpan<byte> Dh { get; init; }

    /// <summary>A <see cref="Rooms.Letter"/> to each owner of the newest manifest, in its order.</summary>
    public BlobList Letters { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Knock frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Knock
        {
            Sign = reader.Bytes(Point.Bytes),
            Dh = reader.Bytes(Point.Bytes),
            Letters = BlobList.Read(ref reader, reader.U8(), Limits.MaxOwners, Limits.MaxLetterBytes),
        };
        return reader.End(out error);
    }

    public static void Write(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> sign,
        ReadOnlySpan<byte> dh,
        IReadOnlyList<byte[]> letters
    )
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.Knock, (2 * Point.Bytes) + 1 + BlobList.Size(letters));
        writer.Bytes(sign);
        writer.Bytes(dh);
        writer.U8((byte)letters.Count);
        BlobList.Write(ref writer, letters);
        Frame.End(output, writer);
    }
}

/// <summary>An owner does not let in who knocks (Q4).</summary>
public readonly ref struct TurnAway
{
    public MemberId Member { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out TurnAway frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new TurnAway { Member = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)ClientFrame.TurnAway, 16);
        writer.U128(Member.Value);
        Frame.End(output, writer);
    }
}

/// <summary>The knock was taken; said again whenever another number of owners is in the room.</summary>
public readonly ref struct Waiting
{
    /// <summary>Who is in the room and can let in.</summary>
    public byte Owners { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Waiting frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Waiting { Owners = reader.U8() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Waiting, 1);
        writer.U8(Owners);
        Frame.End(output, writer);
    }
}

/// <summary>To an owner: somebody knocks (Q3).</summary>
public readonly ref struct Knocked
{
    /// <summary>65 bytes.</summary>
    public ReadOnlySpan<byte> Sign { get; init; }

    /// <summary>65 bytes.</summary>
    public ReadOnlySpan<byte> Dh { get; init; }

    /// <summary>The one to this owner.</summary>
    public ReadOnlySpan<byte> Letter { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Knocked frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Knocked
        {
            Sign = reader.Bytes(Point.Bytes),
            Dh = reader.Bytes(Point.Bytes),
            Letter = reader.B16(most: Limits.MaxLetterBytes),
        };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Knocked, (2 * Point.Bytes) + 2 + Letter.Length);
        writer.Bytes(Sign);
        writer.Bytes(Dh);
        writer.B16(Letter);
        Frame.End(output, writer);
    }
}

/// <summary>To an owner: who knocked was let in or turned away, or has gone.</summary>
public readonly ref struct KnockEnded
{
    public MemberId Member { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out KnockEnded frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new KnockEnded { Member = new(reader.U128()) };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.KnockEnded, 16);
        writer.U128(Member.Value);
        Frame.End(output, writer);
    }
}
