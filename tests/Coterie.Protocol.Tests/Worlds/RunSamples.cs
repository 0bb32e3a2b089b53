using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests.Worlds;

/// <summary>The part of <see cref="Samples"/> about runs. Draws nothing, so that what is drawn for others stays the same.</summary>
internal static class RunSamples
{
    private static readonly RunId Run = RunId.Read(Filled(1, 16));

    public static void Add(Action<string, string, byte[]> add)
    {
        var order = new RunOrder(
            Filled(2),
            Filled(3),
            "python",
            "src/main.py",
            new RunCommand.Size(120, 40),
            ["--name", "", "Zoë"],
            "Ada\n"u8.ToArray(),
            [new RunFile("src/main.py", "print(input())"u8.ToArray()), new RunFile("data/é.txt", Filled(4))]
        );
        add("X6 an order", "run-order", order.Encode());
        add("X6 an order for pipes", "run-order", (order with { Terminal = null, Arguments = [] }).Encode());
        var ended = new RunEnded(
            RunEnd.OutOfMemory,
            137,
            1_203,
            900,
            128 << 20,
            RunFlags.Approximate | RunFlags.Typed,
            14,
            Digest.Read(Filled(5)),
            "Nichts für ungut"
        );
        var terms = new RunTerms("3.11.2", 128 << 20, 30_000, 600_000, 64, 1 << 20, "namespaces, no network");
        RunEvent[] events =
        [
            new RunEvent.Queued(300),
            new RunEvent.Begun(terms),
            new RunEvent.CompilerSaid(Filled(6)),
            new RunEvent.Compiled(1),
            new RunEvent.Said(Filled(7)),
            new RunEvent.Ended(ended),
            new RunEvent.Sized(1_000, 1),
        ];
        foreach (var happened in events)
            add($"X4 {happened.GetType().Name}", "run-event", happened.Encode());
        foreach (
            var command in new RunCommand[]
            {
                new RunCommand.Type(Filled(8)),
                new RunCommand.Size(1, 1_000),
                new RunCommand.Stop(),
                new RunCommand.Lend(Filled(15)),
                new RunCommand.Lend([]),
            }
        )
            add($"X5 {command.GetType().Name}", "run-command", command.Encode());
        add("X9 a disclosure", "disclosure", new Disclosure(Run, 7, 12_345, "https://code.example:8443").Encode());
        var request = new RunRequest(
            Filled(9),
            "c",
            "main.c",
            true,
            ["-n", "é"],
            Digest.Read(Filled(16)),
            [new HashedFile("main.c", Digest.Read(Filled(17))), new HashedFile("a/ü.h", Digest.Read(Filled(18)))],
            [Filled(10, RunKeys.HandBytes), Filled(11, RunKeys.HandBytes)]
        );
        add("X8 a request", "run-request", request.Encode());
        add("X8 everyone may type", "run-shared", new RunShared(Filled(12)).Encode());
        var receipt = new RunReceipt(
            "c",
            "12.2.0",
            "main.c",
            false,
            ["a b"],
            Digest.Read(Filled(13)),
            [new HashedFile("main.c", Digest.Read(Filled(14)))],
            terms.MemoryBytes,
            terms.CpuMs,
            terms.WallMs,
            terms.Processes,
            terms.Protections,
            ended
        );
        add("X8 a receipt", "run-receipt", receipt.Encode());
    }

    private static byte[] Filled(byte value, int count = 32)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, value);
        return bytes;
    }
}
