namespace Coterie.Protocol.Wire;

// The 16-byte ids of the protocol. Each is a value; the default is the zero id. Text form is lower-case hex, for a room also base32.

/// <summary>A room: the hash of its Genesis (K4).</summary>
public readonly record struct RoomId(Bits128 Value)
{
    public static RoomId Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes));

    public static bool TryParseHex(ReadOnlySpan<char> text, out RoomId id)
    {
        var ok = Bits128.TryParseHex(text, out var value);
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

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    public string ToHex() => Value.ToString();

    public bool Equals(RoomId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Base32.Write(Value);
}

/// <summary>A stream of records: one of the fixed ones (R6) or a file.</summary>
public readonly record struct StreamId(Bits128 Value)
{
    public static StreamId Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes));

    public static bool TryParseHex(ReadOnlySpan<char> text, out StreamId id)
    {
        var ok = Bits128.TryParseHex(text, out var value);
        id = new(value);
        return ok;
    }

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    /// <summary>A file's stream has the id of its node.</summary>
    public NodeId ToNode() => new(Value);

    public bool Equals(StreamId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();
}

/// <summary>A file or folder of the tree. The zero id is the root.</summary>
public readonly record struct NodeId(Bits128 Value)
{
    public static NodeId Root => default;

    public static NodeId Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes));

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    public StreamId ToStream() => new(Value);

    public bool Equals(NodeId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();
}

/// <summary>One run of a program: the hash of the sealed order that began it (section 16).</summary>
public readonly record struct RunId(Bits128 Value)
{
    public const int Bytes = 16;

    public static RunId Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes));

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    public bool Equals(RunId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();
}

/// <summary>One member's connection in time: the hash of its Session.</summary>
public readonly record struct SessionId(Bits128 Value)
{
    public static SessionId Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes));

    public static bool TryParseHex(ReadOnlySpan<char> text, out SessionId id)
    {
        var ok = Bits128.TryParseHex(text, out var value);
        id = new(value);
        return ok;
    }

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    public bool Equals(SessionId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();
}

/// <summary>A person's key in one room: the hash of its public key.</summary>
public readonly record struct MemberId(Bits128 Value)
{
    public static MemberId Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes));

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    public bool Equals(MemberId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();
}

/// <summary>Sealed content beside the streams: the hash of its sealed chunks (B2).</summary>
public readonly record struct BlobId(Digest Value)
{
    public const int Bytes = Digest.Bytes;

    public static BlobId Read(ReadOnlySpan<byte> bytes) => new(Digest.Read(bytes));

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    public bool Equals(BlobId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();
}

/// <summary>One life of a room at a hub: a rebuilt room has another one, and so other chains.</summary>
public readonly record struct IncarnationId(Bits128 Value)
{
    public static IncarnationId Read(ReadOnlySpan<byte> bytes) => new(Bits128.Read(bytes));

    public void CopyTo(Span<byte> target) => Value.CopyTo(target);

    public bool Equals(IncarnationId other) => Value.Equals(other.Value);

    public override int GetHashCode() => Value.GetHashCode();

    public override string ToString() => Value.ToString();
}
