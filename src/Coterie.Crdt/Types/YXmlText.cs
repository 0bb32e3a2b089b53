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
    public override string ToString() => XmlString.Of(this);
}
