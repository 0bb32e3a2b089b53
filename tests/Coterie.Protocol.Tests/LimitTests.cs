using System.Buffers.Binary;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Protocol.Tests;

/// <summary>L1: what happens at each bound of the formats, and one over it. Bounds of trees, sessions and passwords stand with their rules.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly World world = new();

    [Theory]
    [InlineData(0, WireError.None)]
    [InlineData(1, WireError.TooLarge)]
    public void L1_W1_a_frame_has_at_most_MaxFrameBytes(int over, WireError expected)
    {
        var message = new byte[4 + Limits.MaxFrameBytes + over];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)(Limits.MaxFrameBytes + over));
        ReadOnlySpan<byte> rest = message;
        Assert.Equal(over == 0, Frame.TryNext(ref rest, Limits.MaxFrameBytes, out _, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData(0, WireError.None)]
    [InlineData(1, WireError.TooLarge)]
    public void L1_R1_a_record_has_at_most_MaxRecordBytes(int over, WireError expected)
    {
        var sealed0 = world.Record(
            world.Room(Side.Hub),
            world.Person(Role.Editor),
            RecordClass.Chat,
            world.Streams.Chat,
            1,
            [0]
        );
        var head = sealed0.AsSpan(0, RecordView.HeaderBytes + 2 + 1);
        var ciphertext = Limits.MaxRecordBytes + over - head.Length - 4 - RecordView.SignatureBytes;
        byte[] record = [.. head, .. new byte[4 + ciphertext + RecordView.SignatureBytes]];
        BinaryPrimitives.WriteUInt32BigEndian(record.AsSpan(head.Length), (uint)ciphertext);
        Assert.Equal(over == 0, RecordView.TryParse(record, out _, out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void L1_R1_a_clear_part_has_at_most_MaxClearBytes_and_a_payload_MaxPayloadBytes()
    {
        var room = world.Room(Side.Hub);
        var editor = world.Person(Role.Editor);
        byte[] Sealed(int clear, int payload) =>
            world.Record(room, editor, RecordClass.Chat, world.Streams.Chat, 1, new byte[clear], new byte[payload]);
        Assert.True(RecordView.TryParse(Sealed(Limits.MaxClearBytes, Limits.MaxPayloadBytes), out var record, out _));
        Assert.Equal(Limits.MaxClearBytes, record.Clear.Length);
        Assert.Throws<ArgumentException>(() => Sealed(Limits.MaxClearBytes + 1, 1));
        Assert.Throws<ArgumentException>(() => Sealed(1, Limits.MaxPayloadBytes + 1));
        var longer = Sealed(Limits.MaxClearBytes, 1);
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(RecordView.HeaderBytes), Limits.MaxClearBytes + 1);
        Assert.False(RecordView.TryParse(longer, out _, out var error));
        Assert.Equal(WireError.Length, error);
    }

    [Fact]
    public void L1_M1_a_manifest_has_at_most_MaxManifestBytes()
    {
        Assert.False(Manifest.TryParse(new byte[Limits.MaxManifestBytes], out _, out var error));
        Assert.Equal(WireError.Suite, error); // not its size
        Assert.False(Manifest.TryParse(new byte[Limits.MaxManifestBytes + 1], out _, out error));
        Assert.Equal(WireError.TooLarge, error);
    }

    [Theory]
    [InlineData("owners", Limits.MaxOwners)]
    [InlineData("keepers", Limits.MaxKeepers)]
    [InlineData("locked members", Limits.MaxLockedMembers)]
    [InlineData("doors", Limits.MaxDoors)]
    public void L1_M1_a_manifest_lists_so_many_and_not_one_more(string list, int most)
    {
        List<T> Some<T>(int count, Func<int, T> make) => [.. Enumerable.Range(1, count).Select(make)];
        OwnerKeys NewOwner()
        {
            using var key = world.NewKey();
            return new OwnerKeys(key.Public.ToArray(), key.Public.ToArray());
        }
        DoorEntry Way(int id) => new(new DoorSign((byte)id, Role.Viewer, Needs.Link), world.Genesis.Hash0);
        ManifestDraft With(int count) =>
            list switch
            {
                "owners" => world.First with { Owners = Some(count, _ => NewOwner()) },
                "keepers" => world.First with { Keepers = Some(count, id => new MemberId((ulong)id)) },
                "locked members" => world.First with { Locked = Some(count, id => new MemberId((ulong)id)) },
                _ => world.First with { Doors = Some(count, Way) },
            };
        WireError Parsed(ManifestDraft draft)
        {
            byte[] bytes = [.. draft.Body(0), .. new byte[64]];
            return Manifest.TryParse(bytes, out _, out var error) ? WireError.None : error;
        }
        Assert.Equal(WireError.None, Parsed(With(most)));
        Assert.Equal(WireError.Length, Parsed(With(most + 1)));
    }

    [Fact]
    public void L1_a_room_has_at_most_MaxManifests_versions()
    {
        var chain = new ManifestChain(world.Genesis);
        Assert.Equal(Verdict.Ok, chain.Add(world.Manifest0, atHub: true));
        while (chain.Count < Limits.MaxManifests)
        {
            var verdict = chain.Add(world.After(chain.Newest), atHub: true);
            if (!verdict.IsOk)
                Assert.Fail($"version {chain.Count}: {verdict}");
        }
        var over = world.After(chain.Newest);
        Assert.Equal(Verdict.Refused(Rule.L1, Refusal.ManifestInvalid), chain.Add(over, atHub: true));
        Assert.Equal(Verdict.Refused(Rule.L1, Refusal.ManifestInvalid), chain.Add(over, atHub: false));
    }

    [Theory]
    [InlineData("a title", Limits.MaxTitleBytes)]
    [InlineData("a file's name", Limits.MaxNameBytes)]
    [InlineData("a person's name", Limits.MaxNameBytes)]
    [InlineData("a message", Limits.MaxChatBytes)]
    public void L1_P1_a_text_has_so_many_bytes_and_not_one_more(string text, int most)
    {
        bool Taken(int length)
        {
            var bytes = new byte[length];
            bytes.AsSpan().Fill((byte)'x');
            return text switch
            {
                "a title" => OpensTitle(new string('x', length)),
                "a file's name" => NodeName.IsValid(bytes),
                "a person's name" => Profile.TryParse(
                    new Profile { Name = bytes, Colour = new byte[3] }.Encode(),
                    out _,
                    out _
                ),
                _ => Chat.TryParse(new Chat { Text = bytes }.Encode(), out _, out _),
            };
        }
        Assert.True(Taken(most));
        Assert.False(Taken(most + 1));
    }

    [Fact]
    public void L1_P1_a_presence_has_16_selections_and_a_pulse_64_streams_and_states_16_at_most()
    {
        bool Presents(int count) =>
            Presence.TryParse(
                new Presence(
                    default,
                    default,
                    0,
                    null,
                    [.. Enumerable.Repeat(new Selection([1], [2]), count)]
                ).Encode(),
                out _,
                out _
            );
        bool Pulses(int count) =>
            Signal.TryParse(
                new Pulse([.. Enumerable.Repeat(default(PulseStream), count)], new byte[64]).Encode(),
                out _,
                out _
            );
        Assert.True(Presents(Limits.MaxSelections));
        Assert.False(Presents(Limits.MaxSelections + 1));
        Assert.True(Pulses(Limits.MaxPulseStreams));
        Assert.False(Pulses(Limits.MaxPulseStreams + 1));

        bool States(int count) =>
            Signal.TryParse(new States([.. Enumerable.Repeat(default(FileDigest), count)]).Encode(), out _, out _);
        Assert.True(States(Limits.MaxStates));
        Assert.False(States(Limits.MaxStates + 1));
    }

    [Fact]
    public void L1_P5_P6_a_session_has_8_highlights_and_a_signal_64_cleared_ones_at_most()
    {
        var range = new HighlightedRange(default, default, [1], [2]);
        bool Highlighted(int count) =>
            Signal.TryParse(new Highlights([.. Enumerable.Repeat(range, count)]).Encode(), out _, out _);
        bool ClearedOnes(int count) =>
            Signal.TryParse(
                new Cleared([.. Enumerable.Repeat(default(ClearedHighlight), count)]).Encode(),
                out _,
                out _
            );
        Assert.True(Highlighted(Limits.MaxHighlights));
        Assert.False(Highlighted(Limits.MaxHighlights + 1));
        Assert.True(ClearedOnes(Limits.MaxCleared));
        Assert.False(ClearedOnes(Limits.MaxCleared + 1));
    }

    [Fact]
    public void P3_viewers_only_pulse_and_only_owners_clear_what_is_anothers()
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            Assert.True(Signal.May(SignalKind.Pulse, role));
            Assert.True(Signal.May(SignalKind.States, role));
            Assert.Equal(role >= Role.Editor, Signal.May(SignalKind.Spotlight, role));
            Assert.Equal(role >= Role.Editor, Signal.May(SignalKind.Highlights, role));
            Assert.Equal(role == Role.Owner, Signal.May(SignalKind.Cleared, role));
        }
    }

    public void Dispose() => world.Dispose();

    private bool OpensTitle(string title)
    {
        var named = EpochKey.SealTitle(world.Genesis.Room, 0, world.EpochKey, title, world.Random(12));
        return EpochKey.TryOpenTitle(world.Manifest(world.First with { Title = named }), world.EpochKey, out _);
    }
}
