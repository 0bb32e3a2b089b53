using System.Text.Json.Serialization;

namespace Coterie.Bench.Crdt;

/// <summary>One replaced range of a text: how many UTF-16 units go at a place, and what comes. In JSON `[at, removed, "inserted"]`.</summary>
[JsonConverter(typeof(EditConverter))]
internal readonly record struct Edit(int At, int Removed, string Inserted);

/// <summary>Numbers that come at a place of a list. In JSON `[at, [values]]`.</summary>
[JsonConverter(typeof(ValuesConverter))]
internal readonly record struct Values(int At, int[] Inserted);

/// <summary>Edits of a text that has this many UTF-16 units before them.</summary>
internal sealed record Growth(int Size, Edit[] Edits);

/// <summary>
/// What every contender is given, as a file of JSON: all of them do the same to the same document. `Kind` says which of the fields
/// there are and what is measured; `peers/measure.mjs` is the twin of `Measure`.
/// </summary>
internal sealed record Scenario(string Id, string Title, string Kind)
{
    /// <summary>UTF-16 units of the text, or members of the list, at the end.</summary>
    public int Length { get; init; }

    public Edit[]? Edits { get; init; }

    public Values[]? Values { get; init; }

    public string? Initial { get; init; }

    public Edit[]? First { get; init; }

    public Edit[]? Second { get; init; }

    /// <summary>How many change one thing at once, and what: number, object, string, list or text.</summary>
    public int Clients { get; init; }

    public string? What { get; init; }

    /// <summary>Yjs updates of version 1 in base64; what does not speak them has no row.</summary>
    public string[]? Updates { get; init; }

    /// <summary>Whether the updates are also merged without a document.</summary>
    public bool Merged { get; init; }

    public Growth[]? Sizes { get; init; }

    /// <summary>Each edit again, so many times over, in the one document.</summary>
    public int Times { get; init; } = 1;

    /// <summary>Contenders that would take hours.</summary>
    public string[] Without { get; init; } = [];
}
