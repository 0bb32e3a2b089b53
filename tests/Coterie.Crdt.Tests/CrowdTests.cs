using Coterie.Crdt.Bytes;
using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Tests;

/// <summary>
/// The index of a crowded list puts each item where the walk through its conflicts puts it, whatever origins an update states; and few
/// bytes that state many conflicts, an hour of walking or more, are taken in within seconds.
/// </summary>
public sealed class CrowdTests
{
    private const int Rounds = 4_000;
    private const int Many = 100_000;
    private const int Patience = 60_000;

    [Fact]
    public void An_indexed_list_takes_the_order_of_the_walk()
    {
        var seed = Environment.TickCount & 0xff_ffff;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        for (var round = 0; round < Rounds; round++)
        {
            var updates = new Stated(new Random(seed + round)).Updates;
            var (walked, indexed) = (new YDoc(new YDocOptions { Shortcuts = Shortcuts.None }), new YDoc());
            indexed.Store.StepsBeforeOrder = 0;
            foreach (var update in updates)
            {
                walked.ApplyUpdate(update);
                indexed.ApplyUpdate(update);
                indexed.CheckInvariants();
                Assert.True(Shown(walked) == Shown(indexed), $"seed {seed + round}");
            }
        }
    }

    /// <summary>39 bytes: half a million tombstones of one client before everything, and as many of another that has to pass each of them.</summary>
    [Fact(Timeout = Patience)]
    public Task Two_clients_state_very_many_structs_at_one_place() =>
        Run(doc =>
        {
            const string update = "00000305420003be887a0003810001050040be843d0101000441bf843d02a1c21e00a0c21e0000";
            doc.ApplyUpdateV2(Convert.FromHexString(update));
        });

    /// <summary>One long walk, then 20,000 that settle at each step: what they keep in mind is not cleared at the cost of the long one.</summary>
    [Fact(Timeout = Patience)]
    public Task Short_walks_do_not_pay_for_a_long_one() =>
        Run(doc =>
        {
            const string update =
                "00000C499EF73608090A0849BEB8020D00039CF736FCDCDB01039D9C010EBEDCDB01FEDCDB01B801039D9C01090100819EF7364101C1030174010101000441C0933803A0F736000100A19C010000";
            doc.ApplyUpdateV2(Convert.FromHexString(update));
        });

    /// <summary>20,000 walks of a number of steps that never lets the list be indexed by a little.</summary>
    [Fact(Timeout = Patience)]
    public Task A_long_list_is_not_counted_again_and_again() =>
        Run(doc =>
        {
            const string update =
                "00000949DEA7120849BFBA020C0003DCA712FC9E49039D9C0110BE9E4941FD01C09B39FEF30F039D9C010A010081DEA712418002C1030174010101000441FFC51302E0A71200A19E010000";
            doc.ApplyUpdateV2(Convert.FromHexString(update));
        });

    /// <summary>Walks through a list that lies in memory in quite another order.</summary>
    [Fact(Timeout = Patience)]
    public Task Steps_through_scattered_memory_are_few() =>
        Run(doc =>
        {
            const int clients = 500;
            var all = new ByteWriter();
            all.VarUint(clients + 1);
            for (var client = 11; client < clients + 11; client++)
            {
                all.VarUint(clients);
                all.VarUint(client);
                all.VarUint(0);
                for (var at = 0; at < clients; at++)
                    all.Bytes(
                        Tombstone(
                            client > 11 ? (client - 1, at)
                                : at > 0 ? (client, at - 1)
                                : null,
                            null
                        )
                    );
            }
            all.VarUint(256);
            all.VarUint(8);
            all.VarUint(0);
            for (var walk = 0; walk < 256; walk++)
                all.Bytes(Tombstone(null, (clients + 10 - walk, 0)));
            all.VarUint(0);
            doc.ApplyUpdate(all.Written);
        });

    [Fact(Timeout = Patience)]
    public Task Very_many_clients_state_one_struct_each_behind_very_many() =>
        Run(doc =>
        {
            doc.ApplyUpdate(Block(1, Many, static _ => Tombstone(null, null)));
            var all = new ByteWriter();
            all.VarUint(Many);
            for (var client = 2; client < Many + 2; client++)
            {
                all.VarUint(1);
                all.VarUint(client);
                all.VarUint(0);
                all.Bytes(Tombstone(null, null));
            }
            all.VarUint(0);
            doc.ApplyUpdate(all.Written);
        });

    [Fact(Timeout = Patience)]
    public Task One_client_states_a_struct_behind_each_letter_of_another() =>
        Run(doc =>
        {
            doc.ApplyUpdate(Block(1, 1, static _ => Tombstone(null, null, Many)));
            doc.ApplyUpdate(Block(2, Many, static at => Tombstone((1, Many - 1 - at), null)));
        });

    [Fact(Timeout = Patience)]
    public Task Very_many_structs_at_one_place_have_a_right_origin_of_their_own_each() =>
        Run(doc =>
        {
            doc.ApplyUpdate(Block(1, 1, static _ => Tombstone(null, null)));
            doc.ApplyUpdate(Block(9, 1, static _ => Tombstone(null, null, Many)));
            doc.ApplyUpdate(Block(2, Many, static at => Tombstone((1, 0), (9, at))));
            doc.ApplyUpdate(Block(3, Many, static at => Tombstone((1, 0), (9, at))));
        });

    [Fact(Timeout = Patience)]
    public Task Very_many_structs_part_what_follows_their_sibling() =>
        Run(doc =>
        {
            doc.ApplyUpdate(Block(1, 1, static _ => Tombstone(null, null, Many)));
            doc.ApplyUpdate(Block(2, Many - 1, static at => Tombstone(null, (1, at + 1))));
            doc.ApplyUpdate(Block(3, Many - 1, static at => Tombstone(null, (1, at + 1))));
        });

    /// <summary>What came is there as a whole, and the structure holds.</summary>
    private static Task Run(Action<YDoc> apply) =>
        Task.Run(
            () =>
            {
                var doc = new YDoc();
                apply(doc);
                doc.CheckInvariants();
                Assert.False(doc.HasPendingStructs);
            },
            TestContext.Current.CancellationToken
        );

    /// <summary>An update of one client's structs.</summary>
    private static byte[] Block(int client, int structs, Func<int, byte[]> of)
    {
        var all = new ByteWriter();
        all.VarUint(1);
        all.VarUint(structs);
        all.VarUint(client);
        all.VarUint(0);
        for (var at = 0; at < structs; at++)
            all.Bytes(of(at));
        all.VarUint(0);
        return all.ToArray();
    }

    private static byte[] Tombstone((int Client, int Clock)? origin, (int Client, int Clock)? right, int length = 1) =>
        Struct(origin, right, key: false, length, text: null);

    private static byte[] Struct(
        (int Client, int Clock)? origin,
        (int Client, int Clock)? right,
        bool key,
        int length,
        string? text
    )
    {
        const int hasOrigin = 0x80,
            hasRightOrigin = 0x40,
            hasKey = 0x20;
        var isFirst = origin is null && right is null;
        var writer = new ByteWriter();
        writer.Byte(
            (byte)(
                (int)(text is null ? ContentKind.Deleted : ContentKind.String)
                | (origin is null ? 0 : hasOrigin)
                | (right is null ? 0 : hasRightOrigin)
                | (isFirst && key ? hasKey : 0)
            )
        );
        foreach (var id in new[] { origin, right })
        {
            if (id is not { } letter)
                continue;
            writer.VarUint(letter.Client);
            writer.VarUint(letter.Clock);
        }
        if (isFirst)
        {
            writer.VarUint(1);
            writer.VarString("t");
            if (key)
                writer.VarString("k");
        }
        if (text is null)
            writer.VarUint(length);
        else
            writer.VarString(text);
        return writer.ToArray();
    }

    private static string Shown(YDoc doc) =>
        $"{doc.GetText("t").ToDelta().Count} {doc.GetText("t")} {Convert.ToBase64String(doc.EncodeStateAsUpdate())}";

    /// <summary>Updates in which a few clients state structs of any origins: such as no editor writes, too.</summary>
    private sealed class Stated
    {
        private readonly Random _random;
        private readonly bool _keyed;
        private readonly int _places;
        private readonly List<(int Client, int Clock)> _letters = [];
        private readonly int[] _clocks;

        public List<byte[]> Updates { get; } = [];

        public Stated(Random random)
        {
            _random = random;
            _keyed = random.Next(5) == 0;
            _places = random.Next(1, 12);
            _clocks = new int[random.Next(2, 6)];
            for (var update = random.Next(1, 4); update > 0; update--)
                Updates.Add(Update(random.Next(2, 40)));
        }

        private byte[] Update(int structs)
        {
            var blocks = _clocks.Select(static clock => (First: clock, Structs: new List<byte[]>())).ToArray();
            for (var at = 0; at < structs; at++)
            {
                var client = _random.Next(_clocks.Length);
                var length = _random.Next(3) == 0 ? _random.Next(2, 5) : 1;
                blocks[client].Structs.Add(Struct(length));
                for (var letter = 0; letter < length; letter++)
                    _letters.Add((client + 1, _clocks[client]++));
            }
            var all = new ByteWriter();
            all.VarUint(blocks.Count(static block => block.Structs.Count > 0));
            for (var client = blocks.Length - 1; client >= 0; client--)
            {
                if (blocks[client].Structs.Count == 0)
                    continue;
                all.VarUint(blocks[client].Structs.Count);
                all.VarUint(client + 1);
                all.VarUint(blocks[client].First);
                foreach (var each in blocks[client].Structs)
                    all.Bytes(each);
            }
            all.VarUint(0);
            return all.ToArray();
        }

        private byte[] Struct(int length)
        {
            var (origin, right) = (Letter(0.7), Letter(0.6));
            var text = _random.Next(4) > 0 ? new string((char)('a' + _random.Next(26)), length) : null;
            return CrowdTests.Struct(origin, right == origin ? null : right, _keyed, length, text);
        }

        /// <summary>One of a few letters mostly, so that many meet at one place; of all at times.</summary>
        private (int Client, int Clock)? Letter(double share)
        {
            if (_letters.Count == 0 || _random.NextDouble() > share)
                return null;
            return _letters[
                _random.Next(3) == 0 ? _random.Next(_letters.Count) : _random.Next(Math.Min(_places, _letters.Count))
            ];
        }
    }
}
