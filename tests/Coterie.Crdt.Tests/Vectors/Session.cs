using System.Numerics;
using Coterie.Crdt.Bytes;

namespace Coterie.Crdt.Tests.Vectors;

/// <summary>A recorded session of real Yjs: the updates it emitted, how they were delivered and what came of it.</summary>
internal sealed class Session
{
    private readonly ValueObject _json;

    private Session(string name, string json)
    {
        Name = name;
        _json = (ValueObject)JsonText.Read(json, 0)!;
    }

    public static Session Load(string path) => new(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    public static Session Parse(string name, string json) => new(name, json);

    public string Name { get; }

    /// <summary>What the session says under a name; null where it was recorded before there was such a thing.</summary>
    public object? this[string field] => _json.GetValueOrDefault(field);
    public bool Gc => _json["gc"] is true;

    /// <summary>Whether the session says what observers heard.</summary>
    public bool IsObserved => _json.GetValueOrDefault("observed") is true;
    public string Kind => (string)_json["kind"]!;
    public ValueObject Roots => (ValueObject)_json["roots"]!;
    public ulong[] Clients => [.. ((object?[])_json["clients"]!).Select(each => (ulong)(double)each!)];
    public ValueObject[] Updates => Objects(_json["updates"]);
    public ValueObject[] Deliveries => Objects(_json["deliveries"]);
    public ValueObject[] Steps => Objects(_json["steps"]);
    public ValueObject Final => (ValueObject)_json["final"]!;

    public byte[] Update(int index, string codec) => Base64(Updates[index][codec]);

    public static ValueObject[] Objects(object? list) => [.. ((object?[])list!).Cast<ValueObject>()];

    public static byte[] Base64(object? text) => Convert.FromBase64String((string)text!);

    public static int[] Ints(object? list) => [.. ((object?[])list!).Select(each => (int)(double)each!)];

    /// <summary>A value out of its tagged form.</summary>
    public static object? Untag(object? value)
    {
        switch (value)
        {
            case object?[] values:
                return values.Select(Untag).ToArray();
            case ValueObject tagged when tagged.TryGetValue("$", out var tag):
                return Untag((string)tag!, tagged);
            case ValueObject values:
                var copy = new ValueObject();
                foreach (var (key, each) in values)
                    copy[key] = Untag(each);
                return copy;
            default:
                return value;
        }
    }

    private static object? Untag(string tag, ValueObject value)
    {
        switch (tag)
        {
            case "undef":
                return Undefined.Value;
            case "big":
                return BigInteger.Parse((string)value["v"]!, System.Globalization.CultureInfo.InvariantCulture);
            case "bin":
                return Base64(value["v"]);
            case "f":
                return (string)value["v"]! switch
                {
                    "NaN" => double.NaN,
                    "Infinity" => double.PositiveInfinity,
                    "-Infinity" => double.NegativeInfinity,
                    _ => -0.0,
                };
            case "text":
                return new YText((string)value["v"]!);
            case "xmltext":
                return new YXmlText((string)value["v"]!);
            case "map":
                var map = new YMap();
                foreach (var (key, each) in (ValueObject)value["v"]!)
                    map[key] = Untag(each);
                return map;
            case "array":
                var array = new YArray();
                array.Push(((object?[])value["v"]!).Select(Untag));
                return array;
            case "xmlelem":
                var element = new YXmlElement((string)value["name"]!);
                foreach (var (key, each) in (ValueObject)value["attrs"]!)
                    element.SetAttribute(key, Untag(each));
                element.Push(((object?[])value["children"]!).Select(each => (YType)Untag(each)!));
                return element;
            case "doc":
                return new YDoc(
                    new YDocOptions
                    {
                        Guid = (string)value["guid"]!,
                        Meta = Untag(value["meta"]),
                        AutoLoad = value["autoLoad"] is true,
                    }
                );
            default:
                throw new InvalidDataException($"no value of kind {tag}");
        }
    }
}
