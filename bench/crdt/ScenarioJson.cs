using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coterie.Bench.Crdt;

/// <summary>How scenarios stand in their files.</summary>
internal static class ScenarioJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static Scenario Read(string path)
    {
        using var file = File.OpenRead(path);
        return JsonSerializer.Deserialize<Scenario>(file, Options)!;
    }

    public static void Write(string path, Scenario scenario)
    {
        using var file = File.Create(path);
        JsonSerializer.Serialize(file, scenario, Options);
    }
}

internal sealed class EditConverter : JsonConverter<Edit>
{
    public override Edit Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        reader.Read();
        var at = reader.GetInt32();
        reader.Read();
        var removed = reader.GetInt32();
        reader.Read();
        var inserted = reader.GetString()!;
        reader.Read();
        return new(at, removed, inserted);
    }

    public override void Write(Utf8JsonWriter writer, Edit edit, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(edit.At);
        writer.WriteNumberValue(edit.Removed);
        writer.WriteStringValue(edit.Inserted);
        writer.WriteEndArray();
    }
}

internal sealed class ValuesConverter : JsonConverter<Values>
{
    public override Values Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        reader.Read();
        var at = reader.GetInt32();
        reader.Read();
        var inserted = JsonSerializer.Deserialize<int[]>(ref reader, options)!;
        reader.Read();
        return new(at, inserted);
    }

    public override void Write(Utf8JsonWriter writer, Values values, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        writer.WriteNumberValue(values.At);
        JsonSerializer.Serialize(writer, values.Inserted, options);
        writer.WriteEndArray();
    }
}
