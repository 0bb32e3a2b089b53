using Coterie.Crdt.Structs;
using Coterie.Crdt.Types;

namespace Coterie.Crdt;

/// <summary>A shared XML element: a name, attributes and children.</summary>
public sealed class YXmlElement(string name) : YXmlFragment
{
    private OrderedDictionary<string, object?>? _earlyAttributes = [];

    internal override TypeRef Ref => TypeRef.XmlElement;

    internal override string? Name => NodeName;

    /// <summary>The element's name.</summary>
    public string NodeName { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>The attributes that have a value.</summary>
    public IEnumerable<KeyValuePair<string, object?>> Attributes =>
        IsAttached ? MapEdit.Entries(Doc!, Branch) : _earlyAttributes!;

    /// <summary>An attribute's value, null when it has none.</summary>
    public object? GetAttribute(string attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        if (!IsAttached)
            return _earlyAttributes!.GetValueOrDefault(attribute);
        return MapEdit.TryGet(Doc!, Branch, attribute, out var value) ? value : null;
    }

    /// <summary>Gives an attribute a value.</summary>
    public void SetAttribute(string attribute, object? value)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        if (!IsAttached)
        {
            _earlyAttributes![attribute] = ListEdit.Early(value);
            return;
        }
        using var edit = Begin();
        MapEdit.Set(edit.Transaction, Branch, attribute, value);
    }

    /// <summary>Takes an attribute's value away.</summary>
    public void RemoveAttribute(string attribute)
    {
        ArgumentNullException.ThrowIfNull(attribute);
        if (!IsAttached)
        {
            _earlyAttributes!.Remove(attribute);
            return;
        }
        using var edit = Begin();
        MapEdit.Remove(edit.Transaction, Branch, attribute);
    }

    /// <summary>The XML, with the name in small letters and the attributes in order, as Yjs writes it: nothing is escaped.</summary>
    public override string ToString() => XmlString.Of(this);

    internal override IEnumerable<object> EarlyParts =>
        base.EarlyParts.Concat(_earlyAttributes!.Values.OfType<object>().Where(static each => each is YType or YDoc));

    internal override void Integrated(Transaction transaction)
    {
        base.Integrated(transaction);
        var early = _earlyAttributes!;
        _earlyAttributes = null;
        foreach (var (key, value) in early)
            MapEdit.Set(transaction, Branch, key, value);
    }

    private protected override void Forget()
    {
        base.Forget();
        _earlyAttributes = null;
    }
}
