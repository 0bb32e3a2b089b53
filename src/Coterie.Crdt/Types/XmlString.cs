using System.Text;

namespace Coterie.Crdt.Types;

/// <summary>
/// XML as Yjs writes it: nothing is escaped, and what is no XML is written as JavaScript does. What lies ahead is a list instead of
/// recursion, for types nest without limit.
/// </summary>
internal static class XmlString
{
    public static string Of(YType type)
    {
        if (!type.IsAttached)
            YType.CheckEarly(type, null, []);
        var xml = new StringBuilder();
        var ahead = new Stack<object?>();
        var pieces = new List<object?>();
        ahead.Push(type);
        while (ahead.TryPop(out var next))
        {
            pieces.Clear();
            switch (next)
            {
                case YXmlElement element:
                    AddElement(pieces, element);
                    break;
                case YXmlFragment fragment:
                    AddChildren(pieces, fragment);
                    break;
                case YXmlText text:
                    AddText(pieces, text);
                    break;
                default:
                    xml.Append(JavaScript.Text(next));
                    break;
            }
            for (var at = pieces.Count - 1; at >= 0; at--)
                ahead.Push(pieces[at]);
        }
        return xml.ToString();
    }

    private static void AddElement(List<object?> pieces, YXmlElement element)
    {
        var small = element.NodeName.ToLowerInvariant();
        pieces.Add($"<{small}");
        AddAttributes(pieces, element.Attributes);
        pieces.Add(">");
        AddChildren(pieces, element);
        pieces.Add($"</{small}>");
    }

    private static void AddChildren(List<object?> pieces, YXmlFragment fragment)
    {
        foreach (var child in fragment)
            if (child is not null)
                pieces.Add(child);
    }

    private static void AddText(List<object?> pieces, YXmlText text)
    {
        foreach (var step in text.ToDelta())
        {
            var around = (step.Attributes ?? new ValueObject())
                .OrderBy(static each => each.Key, StringComparer.Ordinal)
                .ToList();
            foreach (var (name, attributes) in around)
            {
                pieces.Add($"<{name}");
                AddAttributes(pieces, JavaScript.Entries(attributes));
                pieces.Add(">");
            }
            pieces.Add(step.Content);
            for (var at = around.Count - 1; at >= 0; at--)
                pieces.Add($"</{around[at].Key}>");
        }
    }

    private static void AddAttributes(List<object?> pieces, IEnumerable<KeyValuePair<string, object?>> attributes)
    {
        foreach (var (key, value) in attributes.OrderBy(static each => each.Key, StringComparer.Ordinal))
        {
            pieces.Add($" {key}=\"");
            pieces.Add(value);
            pieces.Add("\"");
        }
    }
}
