using System.Buffers;
using Coterie.Protocol.Rooms;

namespace Coterie.Protocol.Wire.Frames;

/// <summary>Founds a room, or founds it again from what a member still holds.</summary>
public readonly ref struct Create
{
    public const int MaxAdminKeyBytes = 256;

    public RoomKind Kind { get; init; }

    /// <summary>The operator's key for a permanent room (H8), else empty; a secret.</summary>
    public ReadOnlySpan<byte> AdminKey { get; init; }

    public ReadOnlySpan<byte> Genesis { get; init; }

    /// <summary>Every manifest from version 0 on.</summary>
    public BlobList Manifests { get; init; }

    /// <summary>The Doors of the last manifest (M7).</summary>
    public BlobList Doors { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out Create frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new Create
        {
            Kind = (RoomKind)reader.U8(0, 1),
            AdminKey = reader.B16(0, MaxAdminKeyBytes),
            Genesis = reader.Bytes(Rooms.Genesis.Bytes),
            Manifests = BlobList.Read(ref reader, reader.U16(), ushort.MaxValue),
            Doors = BlobList.Read(ref reader, reader.U8(), Limits.MaxDoors),
        };
        return reader.End(out error);
    }

    public static void Write(
        IBufferWriter<byte> output,
        RoomKind kind,
        ReadOnlySpan<byte> adminKey,
        ReadOnlySpan<byte> genesis,
        IReadOnlyList<byte[]> manifests,
        IReadOnlyList<byte[]> doors
    )
    {
        var size = 1 + 2 + adminKey.Length + genesis.Length + 2 + BlobList.Size(manifests) + 1 + BlobList.Size(doors);
        var writer = Frame.Begin(output, (byte)ClientFrame.Create, size);
        writer.U8((byte)kind);
        writer.B16(adminKey);
        writer.Bytes(genesis);
        writer.U16(manifests.Count);
        BlobList.Write(ref writer, manifests);
        writer.U8(checked((byte)doors.Count));
        BlobList.Write(ref writer, doors);
        Frame.End(output, writer);
    }
}

/// <summary>The answer to <see cref="Look"/>.</summary>
public readonly ref struct RoomFrame
{
    public RoomKind Kind { get; init; }

    public IncarnationId Incarnation { get; init; }

    public ReadOnlySpan<byte> Genesis { get; init; }

    /// <summary>Every manifest from version 0 on.</summary>
    public BlobList Manifests { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out RoomFrame frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new RoomFrame
        {
            Kind = (RoomKind)reader.U8(0, 1),
            Incarnation = new(reader.U128()),
            Genesis = reader.Bytes(Rooms.Genesis.Bytes),
            Manifests = BlobList.Read(ref reader, reader.U16(), ushort.MaxValue),
        };
        return reader.End(out error);
    }

    public static void Write(
        IBufferWriter<byte> output,
        RoomKind kind,
        IncarnationId incarnation,
        ReadOnlySpan<byte> genesis,
        IReadOnlyList<byte[]> manifests
    )
    {
        var size = 1 + 16 + genesis.Length + 2 + BlobList.Size(manifests);
        var writer = Frame.Begin(output, (byte)HubFrame.Room, size);
        writer.U8((byte)kind);
        writer.U128(incarnation.Value);
        writer.Bytes(genesis);
        writer.U16(manifests.Count);
        BlobList.Write(ref writer, manifests);
        Frame.End(output, writer);
    }
}

/// <summary>A client's next manifest with its Doors (M5, M7) and the keys of its epoch for members (A3).</summary>
public readonly ref struct ManifestChange
{
    public ReadOnlySpan<byte> Manifest { get; init; }

    public BlobList Doors { get; init; }

    public BlobList Wraps { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out ManifestChange frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new ManifestChange
        {
            Manifest = reader.B16(),
            Doors = BlobList.Read(ref reader, reader.U8(), Limits.MaxDoors),
            Wraps = BlobList.Read(ref reader, reader.U16(), Limits.MaxWraps),
        };
        return reader.End(out error);
    }

    public static void Write(
        IBufferWriter<byte> output,
        ReadOnlySpan<byte> manifest,
        IReadOnlyList<byte[]> doors,
        IReadOnlyList<byte[]>? wraps = null
    )
    {
        wraps ??= [];
        var size = 2 + manifest.Length + 1 + BlobList.Size(doors) + 2 + BlobList.Size(wraps);
        var writer = Frame.Begin(output, (byte)ClientFrame.Manifest, size);
        writer.B16(manifest);
        writer.U8(checked((byte)doors.Count));
        BlobList.Write(ref writer, doors);
        writer.U16(wraps.Count);
        BlobList.Write(ref writer, wraps);
        Frame.End(output, writer);
    }
}

/// <summary>A manifest as the hub hands it on.</summary>
public readonly ref struct ManifestFrame
{
    public ReadOnlySpan<byte> Manifest { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> body, out ManifestFrame frame, out WireError error)
    {
        var reader = new ByteReader(body);
        frame = new ManifestFrame { Manifest = reader.B16() };
        return reader.End(out error);
    }

    public void Write(IBufferWriter<byte> output)
    {
        var writer = Frame.Begin(output, (byte)HubFrame.Manifest, 2 + Manifest.Length);
        writer.B16(Manifest);
        Frame.End(output, writer);
    }
}
