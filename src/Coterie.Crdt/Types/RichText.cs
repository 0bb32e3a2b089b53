using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Types;

/// <summary>
/// Edits of text with attributes. A mark changes one attribute from its place on; who formats a range puts marks at both ends,
/// and who edits leaves no mark behind that changes nothing. The rules are those of Yjs, step by step.
/// </summary>
internal static class RichText
{
    /// <summary>Inserts text (a string), a shared type or an embed with exactly these attributes.</summary>
    public static void Insert(TextCursor cursor, object? content, ValueObject attributes)
    {
        foreach (var (key, _) in cursor.Attributes.Entries)
            if (!attributes.TryGetValue(key, out var given) || given is Undefined)
                attributes[key] = null;
        attributes.Order();
        // The content, and a mark at each end for each attribute.
        StructStore.CheckRoom(cursor.Transaction.Doc.Own, ((content as string)?.Length ?? 1) + attributes.Count * 2L);
        SkipWhatChangesNothing(cursor, attributes);
        var negated = Begin(cursor, attributes);
        switch (content)
        {
            case string text:
                cursor.InsertText(text);
                break;
            case YType:
                var (kind, type) = ListEdit.ContentOf(cursor.Transaction, content);
                cursor.Insert(kind, type!);
                break;
            default:
                cursor.Insert(ContentKind.Embed, Bytes.AnyValue.Of(content)!);
                break;
        }
        Finish(cursor, negated);
    }

    /// <summary>Gives the next <paramref name="length"/> units these attributes; null takes one away.</summary>
    public static void Format(TextCursor cursor, int length, ValueObject attributes)
    {
        SkipWhatChangesNothing(cursor, attributes);
        var negated = Begin(cursor, attributes);
        while (
            !cursor.IsAtEnd && (length > 0 || (negated.Count > 0 && (cursor.IsAtTombstone || cursor.Mark is not null)))
        )
        {
            if (!cursor.IsAtTombstone)
            {
                if (cursor.Mark is not { } mark)
                {
                    cursor.CutTo(length);
                    length -= cursor.Item.Length;
                }
                else if (attributes.TryGetValue(mark.Key, out var value) && value is not Undefined)
                {
                    if (JavaScript.AreEqualAttributes(value, mark.Value))
                        negated.Remove(mark.Key);
                    else if (length == 0)
                        break;
                    else
                        negated[mark.Key] = mark.Value;
                    cursor.DeleteRight();
                }
                else
                    cursor.Attributes[mark.Key] = mark.Value;
            }
            cursor.Forward();
        }
        // Quill expects lines that are not there yet to come into being when they are formatted.
        if (length > 0)
            cursor.InsertText(new string('\n', length));
        Finish(cursor, negated);
    }

    public static void Delete(TextCursor cursor, int length)
    {
        var before = cursor.Attributes.Copy();
        var start = cursor.Right;
        while (length > 0 && !cursor.IsAtEnd)
        {
            if (
                !cursor.IsAtTombstone && cursor.Item.Kind is ContentKind.Type or ContentKind.Embed or ContentKind.String
            )
            {
                cursor.CutTo(length);
                length -= cursor.Item.Length;
                cursor.DeleteRight();
            }
            cursor.Forward();
        }
        if (start != 0)
            RichTextCleanup.CleanGap(cursor.Transaction, cursor.Store, start, cursor.Right, before, cursor.Attributes);
    }

    private static void SkipWhatChangesNothing(TextCursor cursor, ValueObject attributes)
    {
        while (
            !cursor.IsAtEnd
            && (
                cursor.IsAtTombstone
                || (cursor.Mark is { } mark && JavaScript.AreEqualAttributes(Given(attributes, mark.Key), mark.Value))
            )
        )
            cursor.Forward();
    }

    private static object? Given(ValueObject attributes, string key) =>
        attributes.TryGetValue(key, out var value) && value is not Undefined ? value : null;

    /// <summary>Puts marks for what changes; answers which values to go back to behind it.</summary>
    private static AttributeMap Begin(TextCursor cursor, ValueObject attributes)
    {
        var negated = new AttributeMap();
        foreach (var (key, value) in attributes)
        {
            var current = cursor.Attributes[key];
            if (JavaScript.AreEqualAttributes(current, value))
                continue;
            negated[key] = current;
            cursor.Insert(ContentKind.Format, new FormatMark(key, value));
        }
        return negated;
    }

    private static void Finish(TextCursor cursor, AttributeMap negated)
    {
        while (
            !cursor.IsAtEnd
            && (
                cursor.IsAtTombstone
                || (
                    cursor.Mark is { } mark
                    && negated.Has(mark.Key)
                    && JavaScript.AreEqualAttributes(negated[mark.Key], mark.Value)
                )
            )
        )
        {
            if (!cursor.IsAtTombstone)
                negated.Remove(cursor.Mark!.Key);
            cursor.Forward();
        }
        foreach (var (key, value) in negated.Entries)
            cursor.Insert(ContentKind.Format, new FormatMark(key, value));
    }
}
