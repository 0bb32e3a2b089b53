using System.Text;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests.Worlds;

/// <summary>The part of <see cref="Samples"/> about messages, clear parts, names and the socket of runs. Draws nothing.</summary>
internal static class PartSamples
{
    public static void Add(Action<string, string, byte[]> add)
    {
        add("W1 a message of two frames", "message", [0, 0, 0, 3, 11, 1, 2, 0, 0, 0, 1, 12]);
        add("J9 the clear part of an edit", "clear", [1]);
        for (byte kind = 1; kind <= 7; kind++)
        {
            byte[] parent = kind is 3 or 7 ? new byte[16] : Filled(2, 16);
            byte[] blob = kind >= 6 ? Filled(3, 32) : [];
            add(
                $"J9 the clear part of a tree change of kind {kind}",
                "clear",
                [2, .. Filled(1, 16), .. parent, kind, .. blob]
            );
        }
        add("J9 the clear part of a delete", "clear", [3, .. Filled(1, 16)]);
        add("J9 the clear part of a message", "clear", [4, 2, .. Filled(1, 64)]);
        byte[] covered = [7, .. Filled(1, 16), 0, 0, 0, 0, 0, 0, 0, 9, .. Filled(2, 32), .. Filled(3, 32)];
        add("J9 the clear part of a snapshot", "clear", [.. covered, 0]);
        add("J9 the clear part of a snapshot in a blob", "clear", [.. covered, 1, .. Filled(4, 32)]);
        add("J9 the clear part of a run", "clear", [9, 3, .. Filled(1, 16)]);
        add("J9 the clear part of bytes", "clear", [11, 0, 0, 0, 1]);
        add("J9 the clear part of an attest", "clear", [14, .. Filled(1, 32)]);
        string[] names =
        [
            "Zoë",
            "a.b.txt",
            "Ärger ﬁ 世界 🙂",
            "\u1100\u1161\u200d",
            "İstanbul",
            "Σίσυφος",
            "..",
            "a/b",
        ];
        foreach (var name in names)
            add($"T9 the name {name}", "name", Encoding.UTF8.GetBytes(name));
        string[] folder = ["a.txt", "A.TXT", "ä", "a\u0308", "a (2).txt", "İ", "i\u0307", ".x", ".X"];
        var list = new List<byte> { (byte)folder.Length };
        foreach (var name in folder)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            list.AddRange([0, (byte)bytes.Length, .. bytes]);
        }
        add("T6 a folder", "shown-names", [.. list]);
        add("an id", "id", "00112233445566778899aabbccddeeff"u8.ToArray());
        add("an id in capitals", "id", "00112233445566778899AABBCCDDEEFF"u8.ToArray());
        add("X2 a start", "run-client-frame", [(byte)RunFrame.Start, .. Filled(1, 16), .. Filled(2, 200)]);
        add("X4 a watch", "run-client-frame", [(byte)RunFrame.Watch, .. Filled(1, 48), 0, 0, 0, 7]);
        add("X5 a command, sealed", "run-client-frame", [(byte)RunFrame.Command, .. Filled(1, 40)]);
    }

    private static byte[] Filled(byte value, int count) => [.. Enumerable.Repeat(value, count)];
}
