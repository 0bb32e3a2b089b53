using System.Text;
using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>Shared text inside XML. Its attributes are elements around it.</summary>
public sealed class YXmlText : YText
{
    /// <summary>An empty text.</summary>
    public YXmlText() { }

    /// <summary>A text with something in it.</summary>
    public YXmlText(string text)
        : base(text) { }

    internal override TypeRef Ref => TypeRef.XmlText;

    /// <summary>The XML, as Yjs writes it: nothing is escaped.</summary>
    public override string ToString()
    {
        var xml = new StringBuilder();
        foreach (var step in ToDelta())
        {
            var around = (step.Attributes ?? new ValueObject())
                .OrderBy(static each => each.Key, StringComparer.Ordinal)
                .ToList();
            foreach (var (name, attributes) in around)
            {
                xml.Append('<').Append(name);
                var entries = JavaScript.Entries(attributes).OrderBy(static each => each.Key, StringComparer.Ordinal);
                foreach (var (key, value) in entries)
                    xml.Append(' ').Append(key).Append("=\"").Append(JavaScript.Text(value)).Append('"');
                xml.Append('>');
            }
            xml.Append(JavaScript.Text(step.Content));
            for (var at = around.Count - 1; at >= 0; at--)
                xml.Append("</").Append(around[at].Key).Append('>');
        }
        return xml.ToString();
    }
}
