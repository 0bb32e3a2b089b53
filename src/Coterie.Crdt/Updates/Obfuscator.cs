using System.Globalization;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Updates;

/// <summary>
/// Replaces what people wrote by numbers of the structs, as Yjs does, digit by digit: each struct that holds something counts
/// one up. Equal keys, names and attribute values stay equal; ids, lengths, neighbours and deletions stay as they are. Run over
/// the structs of one update in their order.
/// </summary>
internal sealed class Obfuscator(ObfuscateOptions options)
{
    private const int Digits = 10;
    private readonly Dictionary<string, string> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _formattingKeys = new(StringComparer.Ordinal);

    // Numbers, texts and flags are the same by value, lists and objects only as one: so is equality in JavaScript's maps.
    private readonly Dictionary<object, object> _formattingValues = [];
    private int _number;

    /// <summary>The struct with its content hidden.</summary>
    public UpdateBlock Hide(UpdateBlock block)
    {
        if (block.Kind is ContentKind.Gc or ContentKind.Skip)
            return block;
        block.Content = HideContent(block);
        if (!string.IsNullOrEmpty(block.Key))
            block.Key = Hidden(_keys, block.Key);
        _number++;
        return block;
    }

    private object? HideContent(in UpdateBlock block) =>
        block.Kind switch
        {
            ContentKind.String => new string((char)('0' + _number % Digits), block.Length),
            ContentKind.Any or ContentKind.Json => Enumerable.Repeat<object?>((double)_number, block.Length).ToList(),
            ContentKind.Binary => new[] { (byte)_number },
            ContentKind.Embed => new ValueObject(),
            ContentKind.Format when options.Formatting => HideMark((FormatMark)block.Content!),
            ContentKind.Type when options.Xml => HideName((TypeContent)block.Content!),
            ContentKind.Doc when options.Subdocs => SubdocContent.Of(Number(), settings: null),
            _ => block.Content,
        };

    private FormatMark HideMark(FormatMark mark)
    {
        object? value = null;
        // The end of a range stays the end of a range.
        if (mark.Value is not null && !_formattingValues.TryGetValue(mark.Value, out value))
            _formattingValues[mark.Value] = value = new ValueObject { ["i"] = (double)_number };
        return new(Hidden(_formattingKeys, mark.Key), value);
    }

    private TypeContent HideName(TypeContent type) =>
        type.Name is null
            ? type
            : type with
            {
                Name = Hidden(_names, type.Name, type.Type == TypeRef.XmlHook ? "hook-" : "node-"),
            };

    private string Hidden(Dictionary<string, string> hidden, string name, string prefix = "")
    {
        if (!hidden.TryGetValue(name, out var known))
            hidden[name] = known = prefix + Number();
        return known;
    }

    private string Number() => _number.ToString(CultureInfo.InvariantCulture);
}
