namespace Coterie.Crdt.Updates;

/// <summary>Where the parts of a struct go in one of the two formats. Rest takes what both write in order.</summary>
internal interface IUpdateWriter
{
    Bytes.ByteWriter Rest { get; }
    void LeftId(ulong client, int clock);
    void RightId(ulong client, int clock);
    void Client(ulong client);
    void Info(byte info);
    void String(ReadOnlySpan<char> text);
    void ParentInfo(bool byName);
    void TypeRef(int type);
    void Length(int length);
    void Json(object? value);
    void Key(string key);
    void BeginDeletes();
    void DeleteClock(int clock);
    void DeleteLength(int length);
}
