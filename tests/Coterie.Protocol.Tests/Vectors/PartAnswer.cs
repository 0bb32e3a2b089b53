using System.Text;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>The part of <see cref="Answer"/> about what stands around and within frames and records: messages, clear parts, names, the socket of runs.</summary>
internal static class PartAnswer
{
    public static JsonObject? Parse(string kind, ReadOnlySpan<byte> bytes, out WireError error) =>
        kind switch
        {
            "message" => Message(bytes, out error),
            "clear" => Clear(bytes, out error),
            "name" => Named(bytes, out error),
            "shown-names" => Shown(bytes, out error),
            "id" => Id(bytes, out error),
            "run-client-frame" => RunClientFrame.TryParse(bytes, out var frame, out error) ? Of(frame) : null,
            _ => throw new ArgumentException($"No kind {kind}.", nameof(kind)),
        };

    private static JsonObject? Message(ReadOnlySpan<byte> message, out WireError error)
    {
        error = message.Length > Limits.MaxMessageBytes ? WireError.TooLarge : WireError.Truncated;
        if (message.Length is 0 or > Limits.MaxMessageBytes)
            return null;
        var frames = new JsonArray();
        while (Frame.TryNext(ref message, Limits.MaxFrameBytes, out var type, out var body, out error))
            frames.Add(Hex([type, .. body]));
        return error == WireError.None ? new() { ["frames"] = frames } : null;
    }

    /// <summary>J9 names no more than that it is not of the class's shape: so every error is Value.</summary>
    private static JsonObject? Clear(ReadOnlySpan<byte> bytes, out WireError error)
    {
        error = WireError.Value;
        if (bytes.IsEmpty || !Classes.Known(bytes[0]))
            return null;
        var value = (RecordClass)bytes[0];
        var clear = bytes[1..];
        if (!Classes.Fits(Classes.Row(value).Clear, clear))
            return null;
        switch (value)
        {
            case RecordClass.Tree or RecordClass.Delete:
                return TreeChange.TryRead(value, clear, out var change)
                    ? new()
                    {
                        ["kind"] = (byte)change.Kind,
                        ["node"] = change.Node.ToString(),
                        ["parent"] = change.Parent.ToString(),
                        ["blob"] = change.Blob?.ToString() ?? "",
                    }
                    : null;
            case RecordClass.Run:
                return RunClear.TryRead(clear, out var run)
                    ? new() { ["kind"] = (byte)run.Kind, ["run"] = run.Run.ToString() }
                    : null;
            case RecordClass.Snapshot:
                var reader = new ByteReader(clear);
                var (stream, seq) = (new StreamId(reader.U128()), reader.U64());
                return reader.Ok
                    ? new()
                    {
                        ["stream"] = stream.ToString(),
                        ["seq"] = U64(seq),
                        ["head"] = Hex(reader.Bytes(32)),
                        ["previous"] = Hex(reader.Bytes(32)),
                        ["blob"] = Classes.SnapshotBlob(value, clear)?.ToString() ?? "",
                    }
                    : null;
            default:
                return [];
        }
    }

    private static JsonObject? Named(ReadOnlySpan<byte> name, out WireError error)
    {
        error = Utf8.IsValid(name) ? WireError.None : WireError.Text;
        return error == WireError.None
            ? new() { ["person"] = Name.IsValid(name) ? 1 : 0, ["node"] = NodeName.IsValid(name) ? 1 : 0 }
            : null;
    }

    private static JsonObject? Shown(ReadOnlySpan<byte> bytes, out WireError error)
    {
        var reader = new ByteReader(bytes);
        var names = new string[reader.U8()];
        for (var i = 0; i < names.Length; i++)
            names[i] = Encoding.UTF8.GetString(reader.Text16(0, Limits.MaxNameBytes));
        return reader.End(out error) ? new() { ["shown"] = List(NodeName.Shown(names), name => name) } : null;
    }

    private static JsonObject? Id(ReadOnlySpan<byte> text, out WireError error)
    {
        error = WireError.Text;
        if (!Utf8.IsValid(text))
            return null;
        error = WireError.Value;
        return StreamId.TryParseHex(Encoding.UTF8.GetString(text), out var id)
            ? new() { ["id"] = id.ToString() }
            : null;
    }

    private static JsonObject Of(RunClientFrame frame) =>
        frame.Type switch
        {
            RunFrame.Start => new()
            {
                ["type"] = "start",
                ["roomId"] = frame.Room.ToHex(),
                ["sealed"] = Hex(frame.Sealed),
            },
            RunFrame.Watch => new()
            {
                ["type"] = "watch",
                ["run"] = frame.Run.ToString(),
                ["access"] = Hex(frame.Access),
                ["from"] = frame.From,
            },
            _ => new() { ["type"] = "command", ["command"] = Hex(frame.Sealed) },
        };
}
