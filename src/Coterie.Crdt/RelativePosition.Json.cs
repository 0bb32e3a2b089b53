namespace Coterie.Crdt;

public sealed partial record RelativePosition
{
    /// <summary>As an object for <see cref="Awareness"/>, the same as of relativePositionToJSON in Yjs: editors tell cursors so.</summary>
    public ValueObject ToJson()
    {
        var json = new ValueObject();
        if (Type is { } type)
            json["type"] = Json(type);
        if (Root is not null)
            json["tname"] = Root;
        if (Item is { } item)
            json["item"] = Json(item);
        json["assoc"] = (double)Association;
        return json;
    }

    private static ValueObject Json(StructId id) =>
        new() { ["client"] = (double)id.Client, ["clock"] = (double)id.Clock };

    /// <summary>From such an object, as <see cref="Awareness.States"/> hold it.</summary>
    /// <exception cref="FormatException">It is no position.</exception>
    public static RelativePosition FromJson(object? json)
    {
        if (json is not ValueObject values)
            throw Wrong();
        var root = values.GetValueOrDefault("tname");
        var position = new RelativePosition(
            Id(values.GetValueOrDefault("type")),
            root as string ?? (root is null ? null : throw Wrong()),
            Id(values.GetValueOrDefault("item")),
            (int)Number(values.GetValueOrDefault("assoc") ?? 0.0, int.MinValue, int.MaxValue)
        );
        return position is { Type: null, Root: null, Item: null } ? throw Wrong() : position;
    }

    private static StructId? Id(object? json) =>
        json switch
        {
            null => null,
            ValueObject id => new(
                (ulong)Number(id.GetValueOrDefault("client"), 0, Limits.MostClientId),
                (int)Number(id.GetValueOrDefault("clock"), 0, Limits.MostClock)
            ),
            _ => throw Wrong(),
        };

    private static double Number(object? json, double least, double most) =>
        json is double number && number >= least && number <= most && Math.Truncate(number) == number
            ? number
            : throw Wrong();

    private static FormatException Wrong() => new("The object is no position in a document.");
}
