using System.Numerics;
using System.Text;
using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Tests.Vectors;

/// <summary>
/// A document's content as one text, keys in order, in the tagged form of the corpus ({"$": "text", ...}): equal texts are equal
/// contents. The corpus gives its own contents in that form too.
/// </summary>
internal static class State
{
    /// <summary>What the corpus expects.</summary>
    public static string Expected(object? value) => Plain(value);

    /// <summary>What a document holds under the roots that the corpus names.</summary>
    public static string Of(YDoc doc, ValueObject roots)
    {
        var text = new StringBuilder("{");
        foreach (var (name, type) in roots.OrderBy(each => each.Key, StringComparer.Ordinal))
            Field(text, name, Tagged(Root(doc, name, (string)type!)));
        return text.Append('}').ToString();
    }

    /// <summary>What an observer hears of one transaction.</summary>
    public static string Of(IReadOnlyList<YEvent> events) =>
        "["
        + string.Join(
            ',',
            events.Select(change =>
                Object(
                    ("path", JsonText.Write(change.Path.Select(step => step is int at ? (double)at : step).ToArray())),
                    ("keys", Keys(change)),
                    ("delta", Of(change.Delta))
                )
            )
        )
        + "]";

    /// <summary>The steps of a delta.</summary>
    public static string Of(IEnumerable<DeltaOp> delta) => "[" + string.Join(',', delta.Select(Step)) + "]";

    private static string Keys(YEvent change) =>
        Object([
            .. change.Keys.Select(each =>
                (
                    each.Key,
                    Object(
                        ("action", Text(each.Value.Action.ToString().ToLowerInvariant())),
                        (
                            "old",
                            each.Value.Action == KeyAction.Add ? Tagged(Undefined.Value) : Tagged(each.Value.OldValue)
                        )
                    )
                )
            ),
        ]);

    private static string Step(DeltaOp step)
    {
        List<(string, string)> fields = [];
        if (step.IsInsert)
            fields.Add(("insert", step.Content is List<object?> values ? List(values) : Tagged(step.Content)));
        else if (step.RetainCount > 0)
            fields.Add(("retain", $"{step.RetainCount}"));
        else
            fields.Add(("delete", $"{step.DeleteCount}"));
        if (step.Attributes is not null)
            fields.Add(("attributes", Entries(step.Attributes)));
        return Object([.. fields]);
    }

    public static YType Root(YDoc doc, string name, string type) =>
        type switch
        {
            "text" => doc.GetText(name),
            "array" => doc.GetArray(name),
            "map" => doc.GetMap(name),
            "xml" => doc.GetXmlFragment(name),
            _ => throw new InvalidDataException($"no root of type {type}"),
        };

    private static string Tagged(object? value)
    {
        switch (value)
        {
            case YXmlText text:
                return Object(
                    ("$", "\"xmltext\""),
                    ("attrs", Entries(text.Attributes)),
                    ("delta", Delta(text)),
                    ("string", Text(text.ToString()))
                );
            case YText text:
                return Object(
                    ("$", "\"text\""),
                    ("attrs", Entries(text.Attributes)),
                    ("delta", Delta(text)),
                    ("length", $"{text.Length}"),
                    ("string", Text(text.ToString()))
                );
            case YArray array:
                return Object(("$", "\"array\""), ("length", $"{array.Count}"), ("v", List(array)));
            case YXmlHook hook:
                return Object(("$", "\"xmlhook\""), ("name", Text(hook.HookName)), ("v", Entries(hook)));
            case YMap map:
                return Object(("$", "\"map\""), ("size", $"{map.Count}"), ("v", Entries(map)));
            case YXmlElement element:
                return Object(
                    ("$", "\"xmlelem\""),
                    ("attrs", Entries(element.Attributes)),
                    ("children", List(element)),
                    ("name", Text(element.NodeName)),
                    ("string", Text(element.ToString()))
                );
            case YXmlFragment fragment:
                return Object(
                    ("$", "\"xmlfrag\""),
                    ("children", List(fragment)),
                    ("string", Text(fragment.ToString()))
                );
            case YDoc doc:
                return Object(
                    ("$", "\"doc\""),
                    ("autoLoad", doc.AutoLoad ? "true" : "false"),
                    ("guid", Text(doc.Guid)),
                    ("meta", Tagged(doc.Meta))
                );
            case object?[] values:
                return List(values);
            case ValueObject values:
                return Entries(values);
            case Undefined:
                return Object(("$", "\"undef\""));
            case BigInteger big:
                return Object(("$", "\"big\""), ("v", $"\"{big}\""));
            case byte[] bytes:
                return Object(("$", "\"bin\""), ("v", $"\"{Convert.ToBase64String(bytes)}\""));
            case double number when !double.IsFinite(number) || (number == 0 && double.IsNegative(number)):
                return Object(("$", "\"f\""), ("v", Text(number == 0 ? "-0" : Types.JavaScript.Text(number))));
            default:
                return JsonText.Write(value);
        }
    }

    private static string Delta(YText text) =>
        "["
        + string.Join(
            ',',
            text.ToDelta()
                .Select(step =>
                    step.Attributes is null
                        ? Object(("insert", Tagged(step.Content)))
                        : Object(("attributes", Entries(step.Attributes)), ("insert", Tagged(step.Content)))
                )
        )
        + "]";

    private static string List(IEnumerable<object?> values) => "[" + string.Join(',', values.Select(Tagged)) + "]";

    private static string Entries(IEnumerable<KeyValuePair<string, object?>> entries) =>
        Object([.. entries.Select(each => (each.Key, Tagged(each.Value)))]);

    private static string Object(params (string Name, string Value)[] fields)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in fields.OrderBy(each => each.Name, StringComparer.Ordinal))
            Field(text, name, value);
        return text.Append('}').ToString();
    }

    private static void Field(StringBuilder text, string name, string value)
    {
        if (text.Length > 1)
            text.Append(',');
        text.Append(Text(name)).Append(':').Append(value);
    }

    private static string Text(string text) => JsonText.Write(text);

    private static string Plain(object? value) =>
        value switch
        {
            object?[] values => "[" + string.Join(',', values.Select(Plain)) + "]",
            ValueObject values => Object([.. values.Select(each => (each.Key, Plain(each.Value)))]),
            _ => JsonText.Write(value),
        };
}
