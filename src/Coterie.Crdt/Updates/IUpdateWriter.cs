using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>Where the parts of a struct go in one of the two formats. Rest takes what both write in order.</summary>
internal interface IUpdateWriter
{
    Bytes.ByteWriter Rest { get; }
    void LeftId(ulong client, int clock);
    void RightId(ulong client, int clock);

    /// <summary>An info byte, then a LeftId and a RightId where there are these clients.</summary>
    void Beside(byte info, ClientStructs? left, int leftClock, ClientStructs? right, int rightClock);
    void Client(ulong client);
    void Info(byte info);
    void String(ReadOnlySpan<char> text);

    /// <summary>The String of the first units; what lies behind them is of no meaning.</summary>
    void Text(ReadOnlySpan<char> from, int length);
    void ParentInfo(bool byName);
    void TypeRef(int type);
    void Length(int length);
    void Json(object? value);
    void Key(string key);
    void BeginDeletes();
    void Deleted(int clock, int length);
}
