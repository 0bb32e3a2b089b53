namespace Coterie.Crdt.Tests.Vectors;

/// <summary>One recorded edit.</summary>
internal static class Operation
{
    public static void Do(YDoc doc, ValueObject roots, ValueObject operation)
    {
        var target = Target(doc, roots, (object?[])operation["path"]!);
        switch ((string)operation["op"]!)
        {
            case "text.insert":
                if (Attributes(operation, "attrs") is { } attributes)
                    ((YText)target).Insert(Int(operation, "i"), (string)operation["s"]!, attributes);
                else
                    ((YText)target).Insert(Int(operation, "i"), (string)operation["s"]!);
                break;
            case "text.delete":
                ((YText)target).Delete(Int(operation, "i"), Int(operation, "n"));
                break;
            case "text.format":
                ((YText)target).Format(Int(operation, "i"), Int(operation, "n"), Attributes(operation, "attrs")!);
                break;
            case "text.embed":
                var embed = Session.Untag(operation["v"]);
                ((YText)target).InsertEmbed(Int(operation, "i"), embed, Attributes(operation, "attrs"));
                break;
            case "text.delta":
                ((YText)target).ApplyDelta(Session.Objects(operation["delta"]).Select(DeltaStep));
                break;
            case "text.attr":
                ((YText)target).SetAttribute((string)operation["k"]!, Session.Untag(operation["v"]));
                break;
            case "array.insert":
                ((YArray)target).Insert(Int(operation, "i"), ((object?[])operation["v"]!).Select(Session.Untag));
                break;
            case "array.push":
                ((YArray)target).Push(((object?[])operation["v"]!).Select(Session.Untag));
                break;
            case "array.delete":
                ((YArray)target).Delete(Int(operation, "i"), Int(operation, "n"));
                break;
            case "map.set":
                ((YMap)target)[(string)operation["k"]!] = Session.Untag(operation["v"]);
                break;
            case "map.delete":
                ((YMap)target).Remove((string)operation["k"]!);
                break;
            case "map.clear":
                ((YMap)target).Clear();
                break;
            case "xml.insert":
                ((YXmlFragment)target).Insert(
                    Int(operation, "i"),
                    ((object?[])operation["v"]!).Select(each => (YType)Session.Untag(each)!)
                );
                break;
            case "xml.delete":
                ((YXmlFragment)target).Delete(Int(operation, "i"), Int(operation, "n"));
                break;
            case "xml.attr":
                ((YXmlElement)target).SetAttribute((string)operation["k"]!, Session.Untag(operation["v"]));
                break;
            case "xml.unattr":
                ((YXmlElement)target).RemoveAttribute((string)operation["k"]!);
                break;
            case var other:
                throw new InvalidDataException($"no operation {other}");
        }
    }

    private static DeltaOp DeltaStep(ValueObject step)
    {
        var attributes = Attributes(step, "attributes");
        if (step.TryGetValue("insert", out var content))
            return DeltaOp.Insert(Session.Untag(content), attributes);
        if (step.TryGetValue("retain", out var count))
            return DeltaOp.Retain((int)(double)count!, attributes);
        return DeltaOp.Delete(Int(step, "delete"));
    }

    private static YType Target(YDoc doc, ValueObject roots, object?[] path)
    {
        var name = (string)path[0]!;
        var target = State.Root(doc, name, (string)roots[name]!);
        foreach (var step in path[1..])
            target = (YType)(
                (target, step) switch
                {
                    (YMap map, string key) => map[key]!,
                    (YArray array, double index) => array[(int)index]!,
                    (YXmlFragment fragment, double index) => fragment[(int)index]!,
                    _ => throw new InvalidDataException($"no way {step} below a {target.GetType().Name}"),
                }
            );
        return target;
    }

    private static ValueObject? Attributes(ValueObject operation, string field) =>
        operation.TryGetValue(field, out var attributes) ? (ValueObject)Session.Untag(attributes)! : null;

    private static int Int(ValueObject operation, string field) => (int)(double)operation[field]!;
}
