using Coterie.Crdt.Structs;

namespace Coterie.Crdt;

/// <summary>A place in XML that an application fills itself, with values by key.</summary>
public sealed class YXmlHook(string name) : YMap
{
    internal override TypeRef Ref => TypeRef.XmlHook;

    internal override string? Name => HookName;

    /// <summary>What fills it.</summary>
    public string HookName { get; } = name ?? throw new ArgumentNullException(nameof(name));
}
