using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>A shared type inside an update.</summary>
internal sealed record TypeContent(TypeRef Type, string? Name);

/// <summary>
/// A struct as an update tells it, outside any document. Where it has neither origin it names its parent: a root by
/// ParentName, or a type by an id that lies in the origin's place.
/// </summary>
internal struct UpdateBlock
{
    public ContentKind Kind;
    public bool HasOrigin;
    public bool HasRightOrigin;
    public ulong Client;
    public int Clock;
    public int Length;
    public ulong OriginClient;
    public int OriginClock;
    public ulong RightOriginClient;
    public int RightOriginClock;
    public string? ParentName;
    public string? Key;

    /// <summary>A string, a list of values, or what else <see cref="ContentCodec"/> writes.</summary>
    public object? Content;

    public readonly int End => Clock + Length;

    /// <summary>Without its first clocks.</summary>
    public readonly UpdateBlock From(int cut)
    {
        var rest = this;
        rest.Clock += cut;
        rest.Length -= cut;
        if (Kind is ContentKind.Gc or ContentKind.Skip)
            return rest;
        rest.HasOrigin = true;
        rest.OriginClient = Client;
        rest.OriginClock = rest.Clock - 1;
        rest.Content = Content switch
        {
            string text => char.IsHighSurrogate(text[cut - 1]) ? "\uFFFD" + text[(cut + 1)..] : text[cut..],
            List<object?> values => values.GetRange(cut, values.Count - cut),
            _ => Content,
        };
        return rest;
    }

    public readonly void Write<TWriter>(TWriter writer, int cut)
        where TWriter : IUpdateWriter
    {
        if (Kind is ContentKind.Skip or ContentKind.Gc)
        {
            writer.Info((byte)Kind);
            if (Kind == ContentKind.Gc)
                writer.Length(Length - cut);
            else
                writer.Rest.VarUint(Length - cut);
            return;
        }
        var hasOrigin = HasOrigin || cut > 0;
        writer.Info(
            (byte)(
                (byte)Kind
                | (hasOrigin ? StructStore.HasOrigin : 0)
                | (HasRightOrigin ? StructStore.HasRightOrigin : 0)
                | (Key is not null ? StructStore.HasKey : 0)
            )
        );
        if (cut > 0)
            writer.LeftId(Client, Clock + cut - 1);
        else if (HasOrigin)
            writer.LeftId(OriginClient, OriginClock);
        if (HasRightOrigin)
            writer.RightId(RightOriginClient, RightOriginClock);
        if (!hasOrigin && !HasRightOrigin)
            WriteParent(writer);
        if (Kind == ContentKind.String)
            writer.String(((string)Content!).AsSpan(cut));
        else if (Kind == ContentKind.Deleted)
            writer.Length(Length - cut);
        else
            ContentCodec.Write(writer, Kind, Content, cut, Length - cut);
    }

    private readonly void WriteParent<TWriter>(TWriter writer)
        where TWriter : IUpdateWriter
    {
        writer.ParentInfo(ParentName is not null);
        if (ParentName is not null)
            writer.String(ParentName);
        else
            writer.LeftId(OriginClient, OriginClock);
        if (Key is not null)
            writer.String(Key);
    }
}
