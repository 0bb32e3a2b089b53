using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>The part of <see cref="Answer"/> about runs.</summary>
internal static class RunAnswer
{
    public static JsonObject? Parse(string kind, ReadOnlySpan<byte> bytes, out WireError error) =>
        kind switch
        {
            "disclosure" => Disclosure.TryParse(bytes, out var disclosure, out error)
                ? new JsonObject
                {
                    ["run"] = disclosure.Run.ToString(),
                    ["files"] = disclosure.Files,
                    ["bytes"] = U64(disclosure.Bytes),
                    ["to"] = disclosure.To,
                }
                : null,
            "run-request" => RunRequest.TryParse(bytes, out var request, out error)
                ? new JsonObject
                {
                    ["runKey"] = Hex(request.RunKey),
                    ["language"] = request.Language,
                    ["entry"] = request.Entry,
                    ["terminal"] = request.Terminal ? 1 : 0,
                    ["arguments"] = List(request.Arguments, argument => argument),
                    ["inputHash"] = request.InputHash.ToString(),
                    ["files"] = Of(request.Files),
                    ["hands"] = List(request.Hands, hand => Hex(hand)),
                }
                : null,
            "run-shared" => RunShared.TryParse(bytes, out var shared, out error)
                ? new JsonObject { ["lentKey"] = Hex(shared.LentKey) }
                : null,
            "run-receipt" => RunReceipt.TryParse(bytes, out var receipt, out error) ? Of(receipt) : null,
            "run-order" => RunOrder.TryParse(bytes, out var order, out error) ? Of(order!) : null,
            "run-event" => RunEvent.TryParse(bytes, out var happened, out error) ? Of(happened) : null,
            "run-command" => RunCommand.TryParse(bytes, out var command, out error) ? Of(command) : null,
            _ => PartAnswer.Parse(kind, bytes, out error),
        };

    private static JsonObject Of(RunReceipt receipt) =>
        new()
        {
            ["language"] = receipt.Language,
            ["version"] = receipt.Version,
            ["entry"] = receipt.Entry,
            ["terminal"] = receipt.Terminal ? 1 : 0,
            ["arguments"] = List(receipt.Arguments, argument => argument),
            ["inputHash"] = receipt.InputHash.ToString(),
            ["files"] = Of(receipt.Files),
            ["memoryBytes"] = U64(receipt.MemoryBytes),
            ["cpuMs"] = receipt.CpuMs,
            ["wallMs"] = receipt.WallMs,
            ["processes"] = receipt.Processes,
            ["protections"] = receipt.Protections,
            ["ended"] = Of(receipt.Ended),
        };

    private static JsonArray Of(IReadOnlyList<HashedFile> files) =>
        List(files, file => new JsonObject { ["path"] = file.Path, ["hash"] = file.Hash.ToString() });

    private static JsonObject Of(RunOrder order) =>
        new()
        {
            ["runKey"] = Hex(order.RunKey),
            ["handKey"] = Hex(order.HandKey),
            ["language"] = order.Language,
            ["entry"] = order.Entry,
            ["columns"] = order.Terminal?.Columns ?? 0,
            ["rows"] = order.Terminal?.Rows ?? 0,
            ["arguments"] = List(order.Arguments, argument => argument),
            ["input"] = Hex(order.Input.Span),
            ["files"] = List(
                order.Files,
                file => new JsonObject { ["path"] = file.Path, ["bytes"] = Hex(file.Bytes.Span) }
            ),
        };

    private static JsonObject Of(RunEvent happened) =>
        happened switch
        {
            RunEvent.Begun { Terms: var terms } => new JsonObject
            {
                ["kind"] = 2,
                ["version"] = terms.Version,
                ["memoryBytes"] = U64(terms.MemoryBytes),
                ["cpuMs"] = terms.CpuMs,
                ["wallMs"] = terms.WallMs,
                ["processes"] = terms.Processes,
                ["outputBytes"] = terms.OutputBytes,
                ["protections"] = terms.Protections,
            },
            RunEvent.CompilerSaid { Bytes: var words } => new JsonObject { ["kind"] = 3, ["bytes"] = Hex(words.Span) },
            RunEvent.Compiled { ExitCode: var code } => new JsonObject { ["kind"] = 4, ["exitCode"] = code },
            RunEvent.Said { Bytes: var words } => new JsonObject { ["kind"] = 5, ["bytes"] = Hex(words.Span) },
            RunEvent.Ended { What: var ended } => new JsonObject { ["kind"] = 6, ["ended"] = Of(ended) },
            RunEvent.Sized { Columns: var columns, Rows: var rows } => new JsonObject
            {
                ["kind"] = 7,
                ["columns"] = columns,
                ["rows"] = rows,
            },
            _ => new JsonObject { ["kind"] = 1, ["ahead"] = ((RunEvent.Queued)happened).Ahead },
        };

    private static JsonObject Of(RunCommand command) =>
        command switch
        {
            RunCommand.Type { Bytes: var typed } => new JsonObject { ["kind"] = 1, ["bytes"] = Hex(typed.Span) },
            RunCommand.Size { Columns: var columns, Rows: var rows } => new JsonObject
            {
                ["kind"] = 2,
                ["columns"] = columns,
                ["rows"] = rows,
            },
            RunCommand.Lend { Key: var key } => new JsonObject { ["kind"] = 4, ["key"] = Hex(key) },
            _ => new JsonObject { ["kind"] = 3 },
        };

    private static JsonObject Of(RunEnded ended) =>
        new()
        {
            ["end"] = (byte)ended.End,
            ["exitCode"] = ended.ExitCode,
            ["wallMs"] = ended.WallMs,
            ["cpuMs"] = ended.CpuMs,
            ["peakBytes"] = U64(ended.PeakBytes),
            ["flags"] = (byte)ended.Flags,
            ["saidBytes"] = ended.SaidBytes,
            ["saidHash"] = ended.SaidHash.ToString(),
            ["complaint"] = ended.Complaint,
        };
}
