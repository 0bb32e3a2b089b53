using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>Format v1: everything in order, one byte string.</summary>
internal readonly struct UpdateWriterV1(ByteWriter bytes) : IUpdateWriter
{
    public ByteWriter Rest => bytes;

    public void LeftId(ulong client, int clock) => bytes.VarUints(client, clock);

    public void RightId(ulong client, int clock) => LeftId(client, clock);

    /// <summary>All of it in one go.</summary>
    public void Beside(byte info, ClientStructs? left, int leftClock, ClientStructs? right, int rightClock)
    {
        var space = bytes.Space(1 + 2 * (ByteWriter.MostOfPacked + ByteWriter.MostOfUint));
        space[0] = info;
        var at = 1;
        if (left is not null)
            at = ByteWriter.PutUint(space, ByteWriter.PutPacked(space, at, left.PackedId), (uint)leftClock);
        if (right is not null)
            at = ByteWriter.PutUint(space, ByteWriter.PutPacked(space, at, right.PackedId), (uint)rightClock);
        bytes.Took(at);
    }

    public void Client(ulong client) => bytes.VarUint(client);

    public void Info(byte info) => bytes.Byte(info);

    public void String(ReadOnlySpan<char> text) => bytes.VarString(text);

    public void Text(ReadOnlySpan<char> from, int length) => bytes.VarString(from, length);

    public void ParentInfo(bool byName) => bytes.Byte(byName ? (byte)1 : (byte)0);

    public void TypeRef(int type) => bytes.VarUint(type);

    public void Length(int length) => bytes.VarUint(length);

    public void Json(object? value) => bytes.VarString(JsonText.Write(value));

    public void Key(string key) => bytes.VarString(key);

    public void BeginDeletes() { }

    public void Deleted(int clock, int length) => bytes.VarUints(clock, length);
}
