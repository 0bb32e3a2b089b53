using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Updates;

/// <summary>Format v1: everything in order, one byte string.</summary>
internal readonly struct UpdateWriterV1(ByteWriter bytes) : IUpdateWriter
{
    public ByteWriter Rest => bytes;

    public void LeftId(ulong client, int clock) => bytes.VarUints(client, clock);

    public void RightId(ulong client, int clock) => LeftId(client, clock);

    public void Client(ulong client) => bytes.VarUint(client);

    public void Info(byte info) => bytes.Byte(info);

    public void String(ReadOnlySpan<char> text) => bytes.VarString(text);

    public void ParentInfo(bool byName) => bytes.Byte(byName ? (byte)1 : (byte)0);

    public void TypeRef(int type) => bytes.VarUint(type);

    public void Length(int length) => bytes.VarUint(length);

    public void Json(object? value) => bytes.VarString(JsonText.Write(value));

    public void Key(string key) => bytes.VarString(key);

    public void BeginDeletes() { }

    public void DeleteClock(int clock) => bytes.VarUint(clock);

    public void DeleteLength(int length) => bytes.VarUint(length);
}
