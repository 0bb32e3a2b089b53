using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>
/// The contents that are objects: Json and Any (List of values), Binary (byte[]), Embed (a value), Format
/// (<see cref="FormatMark"/>), Type (<see cref="Branch"/>, outside a document <see cref="TypeContent"/>) and Doc (<see cref="YDoc"/>, before it
/// is put into a document <see cref="SubdocContent"/>).
/// </summary>
internal static class ContentCodec
{
    /// <param name="writer">Where it goes.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="content">The content.</param>
    /// <param name="from">Of a list of values the first that is written.</param>
    /// <param name="length">How many values are written.</param>
    public static void Write<TWriter>(TWriter writer, ContentKind kind, object? content, int from, int length)
        where TWriter : IUpdateWriter
    {
        switch (kind)
        {
            case ContentKind.Any:
                var values = (List<object?>)content!;
                writer.Length(length);
                for (var at = from; at < from + length; at++)
                    AnyValue.Write(writer.Rest, values[at]);
                break;
            case ContentKind.Json:
                var texts = (List<object?>)content!;
                writer.Length(length);
                for (var at = from; at < from + length; at++)
                    writer.String(texts[at] is Undefined ? "undefined" : JsonText.Write(texts[at]));
                break;
            case ContentKind.Binary:
                writer.Rest.VarBytes((byte[])content!);
                break;
            case ContentKind.Embed:
                writer.Json(content);
                break;
            case ContentKind.Format:
                var mark = (FormatMark)content!;
                writer.Key(mark.Key);
                writer.Json(mark.Value);
                break;
            case ContentKind.Type:
                if (content is TypeContent type)
                    WriteType(writer, type.Type, type.Name);
                else
                    WriteType(writer, ((Branch)content!).Ref, ((Branch)content).Name);
                break;
            case ContentKind.Doc:
                var subdoc = content as SubdocContent ?? SubdocContent.Of((YDoc)content!);
                writer.String(subdoc.Guid);
                AnyValue.Write(writer.Rest, subdoc.Settings());
                break;
        }
    }

    private static void WriteType<TWriter>(TWriter writer, TypeRef type, string? name)
        where TWriter : IUpdateWriter
    {
        writer.TypeRef((int)type);
        if (type is TypeRef.XmlElement or TypeRef.XmlHook)
            writer.Key(name!);
    }

    /// <summary>Reads values of Any or Json.</summary>
    public static List<object?> ReadValues<TReader>(scoped ref TReader reader, bool json)
        where TReader : IUpdateReader, allows ref struct
    {
        var count = reader.Length();
        if (count > reader.Left)
            throw reader.Wrong("more values than there are bytes");
        var values = new List<object?>(count);
        for (var at = 0; at < count; at++)
            values.Add(json ? ReadJson(ref reader) : reader.Any());
        return values;
    }

    private static object? ReadJson<TReader>(scoped ref TReader reader)
        where TReader : IUpdateReader, allows ref struct
    {
        var text = reader.String();
        return text == "undefined" ? Undefined.Value : JsonText.Read(text, reader.Wrong("").Offset);
    }

    public static (TypeRef Type, string? Name) ReadType<TReader>(scoped ref TReader reader)
        where TReader : IUpdateReader, allows ref struct
    {
        var type = (TypeRef)reader.TypeRef();
        if (type > TypeRef.XmlText)
            throw reader.Wrong("a shared type of no known kind");
        return (type, type is TypeRef.XmlElement or TypeRef.XmlHook ? reader.Key() : null);
    }

    public static SubdocContent ReadDoc<TReader>(scoped ref TReader reader)
        where TReader : IUpdateReader, allows ref struct
    {
        var guid = reader.String();
        return SubdocContent.Of(guid, reader.Any() as ValueObject);
    }
}
