using System.Buffers.Binary;

namespace Coterie.Protocol.Wire;

/// <summary>The 16-byte ids of the protocol. Each is a value; the default is the zero id. Text form is lower-case hex, for a room also base32.</summary>
internal static class Id
{
    public const int Bytes = 16;

    public static UInt128 Read(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt128BigEndian(bytes);

    public static string Hex(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return Convert.ToHexStringLower(bytes);
    }

    public static bool TryHex(ReadOnlySpan<char> text, out UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        value = default;
        if (
            text.Length != 2 * Bytes
            || Convert.FromHexString(text, bytes, out _, out _) != System.Buffers.OperationStatus.Done
        )
            return false;
        value = Read(bytes);
        return true;
    }

    /// <summary>Seeded by process, so that ids chosen by a stranger cannot be made to collide in a table.</summary>
    public static int Hash(UInt128 value) => HashCode.Combine((ulong)value, (ulong)(value >> 64));
}

/// <summary>A room: the hash of its Genesis (K4).</summary>
public readonly record struct RoomId(UInt128 Value)
{
    public static RoomId Read(ReadOnlySpan<byte> bytes) => new(Id.Read(bytes));

    public static bool TryParseHex(ReadOnlySpan<char> text, out RoomId id)
    {
        var ok = Id.TryHex(text, out var value);
        id = new(value);
        return ok;
    }

    /// <summary>Reads the 26 characters of a link or an address (K8).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out RoomId id)
    {
        var ok = Base32.TryRead(text, out var value);
        id = new(value);
        return ok;
    }

    public void CopyTo(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    public string ToHex() => Id.Hex(Value);

    public override int GetHashCode() => Id.Hash(Value);

    public override string ToString() => Base32.Write(Value);
}

/// <summary>A stream of records: one of the fixed ones (R6) or a file.</summary>
public readonly record struct StreamId(UInt128 Value)
{
    public static StreamId Read(ReadOnlySpan<byte> bytes) => new(Id.Read(bytes));

    public static bool TryParseHex(ReadOnlySpan<char> text, out StreamId id)
    {
        var ok = Id.TryHex(text, out var value);
        id = new(value);
        return ok;
    }

    public void CopyTo(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    /// <summary>A file's stream has the id of its node.</summary>
    public NodeId ToNode() => new(Value);

    public override int GetHashCode() => Id.Hash(Value);

    public override string ToString() => Id.Hex(Value);
}

/// <summary>A file or folder of the tree. The zero id is the root.</summary>
public readonly record struct NodeId(UInt128 Value)
{
    public static NodeId Root => default;

    public static NodeId Read(ReadOnlySpan<byte> bytes) => new(Id.Read(bytes));

    public void CopyTo(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    public StreamId ToStream() => new(Value);

    public override int GetHashCode() => Id.Hash(Value);

    public override string ToString() => Id.Hex(Value);
}

/// <summary>One member's connection in time: the hash of its Session.</summary>
public readonly record struct SessionId(UInt128 Value)
{
    public static SessionId Read(ReadOnlySpan<byte> bytes) => new(Id.Read(bytes));

    public static bool TryParseHex(ReadOnlySpan<char> text, out SessionId id)
    {
        var ok = Id.TryHex(text, out var value);
        id = new(value);
        return ok;
    }

    public void CopyTo(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    public override int GetHashCode() => Id.Hash(Value);

    public override string ToString() => Id.Hex(Value);
}

/// <summary>A person's key in one room: the hash of its public key.</summary>
public readonly record struct MemberId(UInt128 Value)
{
    public static MemberId Read(ReadOnlySpan<byte> bytes) => new(Id.Read(bytes));

    public void CopyTo(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    public override int GetHashCode() => Id.Hash(Value);

    public override string ToString() => Id.Hex(Value);
}

/// <summary>One life of a room at a hub: a rebuilt room has another one, and so other chains.</summary>
public readonly record struct IncarnationId(UInt128 Value)
{
    public static IncarnationId Read(ReadOnlySpan<byte> bytes) => new(Id.Read(bytes));

    public void CopyTo(Span<byte> target) => BinaryPrimitives.WriteUInt128BigEndian(target, Value);

    public override string ToString() => Id.Hex(Value);
}
