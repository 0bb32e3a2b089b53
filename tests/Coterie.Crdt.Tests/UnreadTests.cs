using Coterie.Crdt.Structs;

namespace Coterie.Crdt.Tests;

/// <summary>A plain text that a document was loaded from stays bytes until more than its text is asked for; nobody can tell from the outside.</summary>
public sealed class UnreadTests
{
    private static readonly string[] Words =
    [
        "a",
        "b",
        "word",
        "é",
        "😀",
        "日本",
        new('x', 15),
        new('y', 16),
        new('z', 70),
    ];

    private readonly int _seed = Environment.TickCount & 0xff_ffff;

    public UnreadTests() => TestContext.Current.TestOutputHelper!.WriteLine($"seed {_seed}");

    [Fact]
    public void What_was_written_one_after_the_other_is_read_without_being_decoded()
    {
        for (var seed = _seed; seed < _seed + 40; seed++)
        {
            var writers = InTurn(new Random(seed));
            var update = writers[0].EncodeStateAsUpdate();
            var doc = new YDoc();
            doc.ApplyUpdate(update);
            Assert.True(doc.IsUnread, $"seed {seed}");
            var text = doc.GetText("text");
            Assert.Equal(writers[0].GetText("text").ToString(), text.ToString());
            Assert.Equal(text.ToString(), $"{text.ToJson()}");
            Assert.True(doc.IsUnread, $"seed {seed}");
            Assert.Equal(update, doc.EncodeStateAsUpdate());
            Assert.False(doc.IsUnread);
            Assert.Equal(writers[0].GetText("text").ToString(), text.ToString());
            doc.CheckInvariants();
        }
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(1, 400)]
    [InlineData(1_000_000, 400)]
    [InlineData(3_000_000, 4000)]
    [InlineData(100_000, 8000)]
    public void Short_ones_anywhere_behind_a_long_one_that_was_deleted_are_found(int length, int count)
    {
        var random = new Random(_seed);
        var written = new YDoc();
        var text = written.GetText("text");
        for (var n = 0; n < count; n++)
        {
            if (n == count / 2)
            {
                var at = random.Next(text.Length + 1);
                text.Insert(at, new string('x', length));
                text.Delete(at, length);
            }
            text.Insert(random.Next(text.Length + 1), n % 7 == 0 ? Words[random.Next(Words.Length)] : "é");
        }
        text.Insert(0, new string('y', 1000));
        var doc = new YDoc();
        doc.ApplyUpdate(written.EncodeStateAsUpdate());
        Assert.True(doc.IsUnread);
        Assert.Equal(text.ToString(), doc.GetText("text").ToString());
        Assert.Equal(written.EncodeStateAsUpdate(), doc.EncodeStateAsUpdate());
    }

    [Fact]
    public void What_was_written_at_the_same_time_reads_as_ever()
    {
        for (var seed = _seed; seed < _seed + 40; seed++)
        {
            var random = new Random(seed);
            var update = Merged(random);
            var (kept, plain) = (new YDoc(), new YDoc(new() { Shortcuts = Shortcuts.None }));
            kept.ApplyUpdate(update);
            plain.ApplyUpdate(update);
            Assert.True(plain.GetText("text").ToString() == kept.GetText("text").ToString(), $"seed {seed}");
        }
    }

    [Fact]
    public void The_one_place_where_two_wrote_at_the_same_time_is_found()
    {
        for (var seed = _seed; seed < _seed + 400; seed++)
        {
            var random = new Random(seed);
            var writers = Enumerable.Range(0, 4).Select(n => new YDoc(new() { ClientId = 7UL << (14 * n) })).ToArray();
            for (var step = 0; step < 120; step++)
            {
                var writer = writers[random.Next(writers.Length)];
                foreach (var other in writers)
                    writer.ApplyUpdate(other.EncodeStateAsUpdate(writer.StateVector.Encode()));
                Edit(writer.GetText("text"), random);
            }
            Meet(writers);
            var at = random.Next(writers[0].GetText("text").Length);
            for (var n = random.Next(3); n < writers.Length; n++)
                writers[n].GetText("text").Insert(at + random.Next(2), $"at once {n}");
            Meet(writers);
            var (kept, plain) = (new YDoc(), new YDoc(new() { Shortcuts = Shortcuts.None }));
            foreach (var doc in new[] { kept, plain })
                doc.ApplyUpdate(writers[0].EncodeStateAsUpdate());
            Assert.True(plain.GetText("text").ToString() == kept.GetText("text").ToString(), $"seed {seed}");
        }
    }

    private static void Meet(YDoc[] writers)
    {
        foreach (var one in writers)
        foreach (var other in writers)
            one.ApplyUpdate(other.EncodeStateAsUpdate(one.StateVector.Encode()));
    }

    private const byte Deleted = 1;
    private const byte Letters = 4;
    private const byte HasOrigin = 0x80;
    private const byte HasRightOrigin = 0x40;

    /// <summary>A thousand letters of client 5 in the root "t".</summary>
    private static readonly byte[] Thousand =
    [
        Letters,
        1,
        1,
        (byte)'t',
        0xe8,
        7,
        .. Enumerable.Repeat((byte)'x', 1000),
    ];

    public static readonly TheoryData<string, byte[]> Written = new()
    {
        {
            "an origin in the midst of what another wrote",
            [2, 1, 5, 0, .. Thousand, 1, 4, 0, HasOrigin | Letters, 5, 0xf4, 3, 1, (byte)'b', 0]
        },
        {
            "an origin in the midst of what one wrote oneself",
            [
                1,
                3,
                5,
                0,
                .. Thousand,
                HasOrigin | Deleted,
                5,
                0xe7,
                7,
                9,
                HasOrigin | HasRightOrigin | Letters,
                5,
                0xf4,
                3,
                5,
                0xe8,
                7,
                1,
                (byte)'b',
                0,
            ]
        },
        { "a struct of no length", [1, 2, 5, 0, .. Thousand, HasOrigin | Deleted, 5, 0xe7, 7, 0, 0] },
        {
            "a client twice",
            [
                .. (byte[])[3, 2, 6, 0, .. Thousand, HasOrigin | Deleted, 6, 0xe7, 7, 9],
                .. (byte[])[1, 5, 0, HasOrigin | Letters, 6, 0xf0, 7, 1, (byte)'b'],
                .. (byte[])[1, 5, 0, HasRightOrigin | Letters, 6, 0, 1, (byte)'c', 0],
            ]
        },
        {
            "two at one place, the lower client first",
            [
                .. (byte[])[3, 2, 4, 0, .. Thousand, HasOrigin | Deleted, 4, 0xe7, 7, 9],
                .. (byte[])[1, 5, 0, HasOrigin | HasRightOrigin | Letters, 4, 0xe7, 7, 4, 0xe8, 7, 1, (byte)'b'],
                .. (byte[])[1, 6, 0, HasOrigin | HasRightOrigin | Letters, 4, 0xe7, 7, 4, 0xe8, 7, 1, (byte)'c', 0],
            ]
        },
        { "something behind the end", [1, 1, 5, 0, .. Thousand, 0, 7, 7] },
        {
            "two that wait for each other",
            [
                2,
                1,
                6,
                0,
                HasOrigin | Letters,
                5,
                0xe8,
                7,
                1,
                (byte)'b',
                2,
                5,
                0,
                .. Thousand,
                HasOrigin | Letters,
                6,
                0,
                1,
                (byte)'c',
                0,
            ]
        },
        { "a client that is not there", [1, 2, 5, 0, .. Thousand, HasOrigin | Letters, 6, 0, 1, (byte)'c', 0] },
        {
            "a clock that is not there",
            [2, 1, 6, 0, HasOrigin | Letters, 5, 0xe9, 7, 1, (byte)'b', 1, 5, 0, .. Thousand, 0]
        },
        { "two beginnings", [2, 1, 6, 0, Letters, 1, 1, (byte)'t', 1, (byte)'b', 1, 5, 0, .. Thousand, 0] },
        {
            "a root that is named only by what waits",
            [1, 2, 5, 0, HasOrigin | Letters, 9, 0, 1, (byte)'b', .. Thousand, 0]
        },
        { "a later clock", [1, 1, 5, 1, .. Thousand, 0] },
        { "what is deleted and no tombstone", [1, 1, 5, 0, .. Thousand, 1, 5, 1, 9, 4] },
        { "what is deleted and not there", [1, 1, 5, 0, .. Thousand, 1, 6, 1, 0, 4] },
        { "a map", [1, 1, 5, 0, 0x20 | Letters, 1, 1, (byte)'t', 1, (byte)'k', .. Thousand[4..], 0] },
        {
            "a client of another spelling",
            [1, 2, 5, 0, .. Thousand, HasOrigin | Letters, 0x85, 0, 0xe7, 7, 1, (byte)'b', 0]
        },
        {
            "two that need each other by turns",
            [
                2,
                2,
                6,
                0,
                HasOrigin | Letters,
                5,
                0xe7,
                7,
                1,
                (byte)'b',
                HasOrigin | Letters,
                5,
                0xe8,
                7,
                1,
                (byte)'d',
                2,
                5,
                0,
                .. Thousand,
                HasOrigin | Letters,
                6,
                0,
                1,
                (byte)'c',
                0,
            ]
        },
    };

    [Theory]
    [MemberData(nameof(Written))]
    public void What_an_editor_would_not_write_is_taken_as_ever(string what, byte[] update)
    {
        var (kept, plain) = (
            new YDoc(new() { ClientId = 1 }),
            new YDoc(new() { ClientId = 1, Shortcuts = Shortcuts.All & ~Shortcuts.Unread })
        );
        Assert.True(Refused(plain, update) == Refused(kept, update), what);
        foreach (var doc in new[] { plain, kept })
            doc.GetText("asked for later");
        Assert.Equal(plain.GetText("t").ToString(), kept.GetText("t").ToString());
        Assert.Equal(plain.HasPendingStructs, kept.HasPendingStructs);
        Assert.Equal(plain.Roots.Select(static root => root.Key), kept.Roots.Select(static root => root.Key));
        Assert.Equal(plain.HasPendingDeletes, kept.HasPendingDeletes);
        Assert.Equal(plain.EncodeStateAsUpdate(), kept.EncodeStateAsUpdate());
    }

    /// <summary>Each thing that can be asked first.</summary>
    private static readonly Func<YDoc, object?>[] Questions =
    [
        static doc => doc.GetText("text").ToString(),
        static doc => doc.GetText("text").Length,
        static doc => doc.GetText("text").ToDelta().Count,
        static doc => doc.GetText("other").ToString(),
        static doc => doc.GetArray("list").Count,
        static doc => Convert.ToBase64String(doc.EncodeStateAsUpdate()),
        static doc => Convert.ToBase64String(doc.EncodeStateAsUpdateV2()),
        static doc => Convert.ToBase64String(doc.EncodeStateAsUpdate(new StateVector().Encode())),
        static doc => Convert.ToBase64String(doc.StateVector.Encode()),
        static doc => string.Join(' ', doc.Roots.Select(static root => $"{root.Key} {root.Value?.ToJson()}")),
        static doc => doc.HasPendingStructs,
        static doc => doc.HasPendingDeletes,
        static doc => Convert.ToBase64String(Snapshot.Of(doc).Encode()),
        static doc => RelativePosition.At(doc.GetText("text"), 7).ToString(),
        static doc =>
        {
            doc.GetText("text").Insert(5, "typed");
            return doc.GetText("text").ToString();
        },
        static doc =>
        {
            doc.Transact(transaction => doc.GetText("text").Delete(0, 3));
            return doc.GetText("text").ToString();
        },
        static doc =>
        {
            var told = new List<string>();
            doc.BeforeTransaction += _ => told.Add("before");
            doc.AfterTransaction += _ => told.Add("after");
            doc.Updated += (update, _) => told.Add(Convert.ToBase64String(update));
            doc.GetText("text").Changed += change => told.Add($"{change.Delta.Count}");
            told.Add(doc.GetText("text").ToString());
            doc.GetText("text").Insert(1, "!");
            return string.Join('\n', told);
        },
        static doc =>
        {
            using var undo = new UndoManager(doc, [doc.GetText("text")]);
            doc.GetText("text").Insert(2, "undone");
            undo.Undo();
            return doc.GetText("text").ToString();
        },
        static doc =>
        {
            var other = new YDoc(new() { ClientId = 77 });
            other.GetText("text").Insert(0, "from elsewhere");
            doc.ApplyUpdate(other.EncodeStateAsUpdate());
            return doc.GetText("text").ToString();
        },
    ];

    [Fact]
    public void Whatever_is_asked_first_is_answered_as_if_it_had_been_decoded()
    {
        for (var seed = _seed; seed < _seed + 10; seed++)
        {
            var update = InTurn(new Random(seed))[0].EncodeStateAsUpdate();
            for (var first = 0; first < Questions.Length; first++)
            {
                var (kept, plain) = (Loaded(Shortcuts.All), Loaded(Shortcuts.All & ~Shortcuts.Unread));
                Assert.True(kept.IsUnread);
                Assert.False(plain.IsUnread);
                for (var next = 0; next < Questions.Length; next++)
                {
                    var question = Questions[(first + next) % Questions.Length];
                    Assert.True(Equals(question(plain), question(kept)), $"seed {seed}, question {first} + {next}");
                }
                kept.CheckInvariants();
            }

            YDoc Loaded(Shortcuts shortcuts)
            {
                var doc = new YDoc(new() { ClientId = 1, Shortcuts = shortcuts });
                doc.ApplyUpdate(update);
                return doc;
            }
        }
    }

    [Fact]
    public void Bytes_that_were_changed_are_refused_or_taken_as_ever()
    {
        var taken = 0;
        for (var seed = _seed; seed < _seed + 6; seed++)
        {
            var random = new Random(seed);
            var update = InTurn(random)[0].EncodeStateAsUpdate();
            for (var round = 0; round < 1500; round++)
            {
                var changed = update.ToArray();
                var at = random.Next(5) == 0 ? random.Next(Math.Min(40, changed.Length)) : random.Next(changed.Length);
                changed[at] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)(changed[at] ^ 1 << random.Next(8));
                if (random.Next(8) == 0)
                    changed = changed[..random.Next(changed.Length)];
                var (kept, plain) = (
                    new YDoc(new() { ClientId = 1 }),
                    new YDoc(new() { ClientId = 1, Shortcuts = Shortcuts.All & ~Shortcuts.Unread })
                );
                Assert.True(Refused(kept, changed) == Refused(plain, changed), $"seed {seed}, round {round}");
                taken += kept.IsUnread ? 1 : 0;
                Assert.True(
                    plain.GetText("text").ToString() == kept.GetText("text").ToString(),
                    $"seed {seed}, round {round}"
                );
                Assert.True(
                    plain.EncodeStateAsUpdate().SequenceEqual(kept.EncodeStateAsUpdate()),
                    $"seed {seed}, round {round}"
                );
                Assert.Equal(
                    (plain.HasPendingStructs, plain.HasPendingDeletes, plain.ClientId),
                    (kept.HasPendingStructs, kept.HasPendingDeletes, kept.ClientId)
                );
            }
        }
        Assert.NotEqual(0, taken);
    }

    [Fact]
    public void What_somebody_would_hear_of_is_put_in_at_once()
    {
        var update = InTurn(new Random(_seed))[0].EncodeStateAsUpdate();
        Action<YDoc>[] listeners =
        [
            static doc => doc.Updated += static (_, _) => { },
            static doc => doc.WrittenV2 += static (_, _) => { },
            static doc => doc.AfterTransaction += static _ => { },
            static doc => doc.BeforeTransaction += static _ => { },
            static doc => doc.GetText("text").Changed += static _ => { },
            static doc => doc.GetText("else").ChangedDeep += static (_, _) => { },
            static doc => doc.GetText("text").Insert(0, "there before"),
            static doc => doc.ClientId = 7,
        ];
        foreach (var listener in listeners)
        {
            var doc = new YDoc(new() { ClientId = 1 });
            listener(doc);
            doc.ApplyUpdate(update);
            Assert.False(doc.IsUnread);
        }
        var within = new YDoc();
        within.Transact(_ => within.ApplyUpdate(update));
        Assert.False(within.IsUnread);
    }

    [Fact]
    public void A_document_writes_with_another_id_when_it_is_loaded_with_its_own()
    {
        var update = InTurn(new Random(_seed))[0].EncodeStateAsUpdate();
        var doc = new YDoc(new() { ClientId = 7 });
        doc.ApplyUpdate(update);
        Assert.NotEqual(7UL, doc.ClientId);
    }

    private static bool Refused(YDoc doc, byte[] update)
    {
        try
        {
            doc.ApplyUpdate(update);
            return false;
        }
        catch (InvalidUpdateException)
        {
            return true;
        }
    }

    private static YDoc[] Writers(Random random) =>
        [.. Enumerable.Range(0, random.Next(1, 5)).Select(n => new YDoc(new() { ClientId = 7UL << (14 * n) }))];

    /// <summary>Writers of whom each had heard of all others before he wrote; the first one has heard of all.</summary>
    private static YDoc[] InTurn(Random random)
    {
        var writers = Writers(random);
        for (var step = 0; step < 400; step++)
        {
            var writer = writers[random.Next(writers.Length)];
            foreach (var other in writers)
                writer.ApplyUpdate(other.EncodeStateAsUpdate(writer.StateVector.Encode()));
            Edit(writer.GetText("text"), random);
            if (random.Next(3) == 0)
                Edit(writer.GetText("text"), random);
        }
        foreach (var writer in writers)
            writers[0].ApplyUpdate(writer.EncodeStateAsUpdate());
        return writers;
    }

    /// <summary>What writers wrote who now and then heard of each other.</summary>
    private static byte[] Merged(Random random)
    {
        var writers = Writers(random);
        for (var step = 0; step < 400; step++)
        {
            var writer = writers[random.Next(writers.Length)];
            Edit(writer.GetText("text"), random);
            if (random.Next(4) == 0)
                writer.ApplyUpdate(
                    writers[random.Next(writers.Length)].EncodeStateAsUpdate(writer.StateVector.Encode())
                );
        }
        var merged = new YDoc();
        foreach (var writer in writers)
            merged.ApplyUpdate(writer.EncodeStateAsUpdate());
        return merged.EncodeStateAsUpdate();
    }

    private static void Edit(YText text, Random random)
    {
        var at = random.Next(text.Length + 1);
        if (random.Next(3) == 0 && at < text.Length)
            text.Delete(at, Math.Min(random.Next(1, 9), text.Length - at));
        else
            text.Insert(at, Words[random.Next(Words.Length)]);
    }
}
