using System.Security.Cryptography;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>
/// Each clause of section 6, refused by a running hub. An editor sends one record that is right but for that clause, then, in a new session, the
/// same thing unbent, which lands.
/// </summary>
public sealed class JudgementTests : IAsyncLifetime
{
    private readonly TestRoom room = new();
    private TestHost host = null!;
    private TestClient ada = null!;
    private TestClient bob = null!;
    private StreamId file;

    public async ValueTask InitializeAsync()
    {
        host = await TestHost.StartAsync();
        ada = await TestClient.FoundAsync(host, room);
        file = await ada.NewFileAsync();
        bob = await TestClient.EnterAsync(host, room, Role.Editor);
    }

    public async ValueTask DisposeAsync()
    {
        await bob.DisposeAsync();
        await ada.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public Task J1_another_room_is_refused() =>
        RefusedAsync(Refusal.Suite, header => header with { Room = new RoomId(5) });

    [Fact]
    public Task J2_another_version_is_refused() => RefusedAsync(Refusal.Version, header => header with { Version = 1 });

    [Fact]
    public Task J3_a_session_of_another_connection_is_refused() =>
        RefusedAsync(Refusal.Session, header => header with { Session = ada.Session!.Id });

    [Fact]
    public async Task J4_a_cert_of_an_earlier_epoch_is_refused()
    {
        using var editors = SigningKey.Create();
        await ChangeAsync(draft =>
            draft with
            {
                Epoch = 1,
                EpochKeyHash = EpochKey.HashOf(RandomNumberGenerator.GetBytes(32)),
                PrevEpochKey = RandomNumberGenerator.GetBytes(60),
                AdmissionEditor = editors.Public.ToArray(),
                Doors = [],
            }
        );
        await ada.AppendAsync(ada.Record(RecordClass.Edit, file)); // an owner stays, to join again (A4)
        Assert.Equal(Refusal.Cert, (await ada.UntilAsync(HubFrame.Refused)).Refused().Code);
        Assert.Equal(Refusal.Removed, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task J5_a_member_outside_the_lock_list_is_sent_away()
    {
        await ChangeAsync(draft => draft with { Admissions = Admissions.Locked });
        Assert.Equal(Refusal.Locked, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
        await ada.WriteAsync(RecordClass.Edit, file);
    }

    [Fact]
    public async Task J6_a_viewer_cannot_edit_and_chats_by_policy()
    {
        await using var vera = await TestClient.EnterAsync(host, room, Role.Viewer);
        await vera.AppendAsync(vera.Record(RecordClass.Edit, file));
        Assert.Equal(Refusal.Forbidden, (await vera.NextAsync(HubFrame.Refused)).Refused().Code);
        await vera.JoinAsync(Role.Viewer, vera.Session!.Id);
        await vera.AppendAsync(vera.Record(RecordClass.Chat, room.Streams.Chat, clear: [0]));
        Assert.Equal(Refusal.Forbidden, (await vera.NextAsync(HubFrame.Refused)).Refused().Code);
        await ChangeAsync(draft => draft with { Policy = Policy.ViewersChat });
        await vera.UntilAsync(HubFrame.Manifest);
        await vera.JoinAsync(Role.Viewer, vera.Session!.Id);
        await vera.WriteAsync(RecordClass.Chat, room.Streams.Chat, clear: [0]);
    }

    [Fact]
    public async Task J6_read_only_stops_editors_and_not_owners()
    {
        await ChangeAsync(draft => draft with { Policy = Policy.ReadOnly });
        await bob.UntilAsync(HubFrame.Manifest);
        await bob.AppendAsync(bob.Record(RecordClass.Edit, file));
        Assert.Equal(Refusal.Forbidden, (await bob.NextAsync(HubFrame.Refused)).Refused().Code);
        await ada.WriteAsync(RecordClass.Edit, file);
    }

    [Fact]
    public async Task J6_a_reserved_class_is_refused_as_Reserved()
    {
        await ada.AppendAsync(ada.Record(RecordClass.Attest, room.Streams.Chat));
        Assert.Equal(Refusal.Reserved, (await ada.UntilAsync(HubFrame.Refused)).Refused().Code);
    }

    [Fact]
    public Task J7_a_counter_that_skips_is_refused() =>
        RefusedAsync(Refusal.Counter, header => header with { Counter = 2 });

    [Fact]
    public async Task J7_an_ephemeral_counter_goes_up_with_gaps_and_never_back()
    {
        await bob.RelayAsync(
            bob.Record(RecordClass.Signal, room.Streams.Control, bend: header => header with { Counter = 9 })
        );
        await bob.RelayAsync(
            bob.Record(RecordClass.Signal, room.Streams.Control, bend: header => header with { Counter = 9 })
        );
        Assert.Equal(Refusal.Counter, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
        await ada.UntilAsync(HubFrame.Relay);
        Assert.Empty((await ada.SettleAsync()).Where(frame => frame.Type == HubFrame.Relay));
    }

    [Fact]
    public Task J8_a_file_that_the_tree_did_not_create_is_refused() =>
        RefusedAsync(Refusal.Stream, header => header with { Stream = new StreamId(5) }, startOf: new StreamId(5));

    [Fact]
    public async Task J8_T12_an_edit_right_behind_the_making_of_its_file_in_one_message_is_taken()
    {
        var node = NodeId.Read(RandomNumberGenerator.GetBytes(16));
        var making = bob.Record(
            RecordClass.Tree,
            room.Streams.Tree,
            [.. new byte[16], 0, 1, (byte)'b'],
            TestClient.CreateClear(node)
        );
        var words = bob.Record(RecordClass.Edit, node.ToStream());
        await bob.SendAsync(output =>
        {
            Carriers.Write(output, ClientFrame.Append, making);
            Carriers.Write(output, ClientFrame.Append, words);
        });
        await bob.UntilAsync(HubFrame.Ack);
        await bob.NextAsync(HubFrame.Ack);
    }

    [Fact]
    public async Task J8_a_class_on_a_foreign_stream_and_a_durable_class_as_ephemeral_are_refused()
    {
        await bob.AppendAsync(bob.Record(RecordClass.Edit, room.Streams.Chat));
        Assert.Equal(Refusal.Stream, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
        await bob.JoinAsync(Role.Editor, bob.Session!.Id);
        await bob.RelayAsync(bob.Record(RecordClass.Edit, file));
        Assert.Equal(Refusal.Stream, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
    }

    [Fact]
    public async Task J8_a_deleted_file_is_refused()
    {
        var clear = new byte[16];
        file.CopyTo(clear);
        await ada.WriteAsync(RecordClass.Delete, room.Streams.Tree, new byte[16], clear);
        await bob.AppendAsync(bob.Record(RecordClass.Edit, file));
        Assert.Equal(Refusal.Stream, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
    }

    [Fact]
    public async Task J9_a_clear_part_of_another_shape_and_a_tree_change_without_parent_are_refused()
    {
        await bob.AppendAsync(bob.Record(RecordClass.Edit, file, clear: [1]));
        Assert.Equal(Refusal.StreamRule, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
        await bob.JoinAsync(Role.Editor, bob.Session!.Id);
        await bob.SubscribeAsync(room.Streams.Tree);
        await bob.UntilAsync(HubFrame.Deliver);
        var clear = TestClient.CreateClear(new NodeId(77), parent: new NodeId(99));
        await bob.AppendAsync(bob.Record(RecordClass.Tree, room.Streams.Tree, clear: clear));
        Assert.Equal(Refusal.StreamRule, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
    }

    [Fact]
    public Task J10_a_false_seenHead_is_refused() => RefusedAsync(Refusal.Seen, header => header with { SeenHead = 3 });

    [Fact]
    public Task J10_a_seenSeq_beyond_the_head_is_refused() =>
        RefusedAsync(Refusal.Seen, header => header with { SeenSeq = 1 });

    [Fact]
    public async Task J11_another_key_s_signature_is_refused()
    {
        await bob.AppendAsync(bob.Record(RecordClass.Edit, file, signer: ada.Key));
        Assert.Equal(Refusal.Signature, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
        await LandsAsync();
    }

    [Fact]
    public async Task J11_an_ephemeral_signature_is_checked_too()
    {
        await bob.RelayAsync(bob.Record(RecordClass.Signal, room.Streams.Control, signer: ada.Key));
        Assert.Equal(Refusal.Signature, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
    }

    [Fact]
    public async Task R5_after_a_refusal_nothing_durable_of_that_session_lands()
    {
        var chat = room.Streams.Chat;
        await bob.AppendAsync(bob.Record(RecordClass.Edit, file, bend: header => header with { SeenHead = 3 }));
        await bob.AppendAsync(bob.Record(RecordClass.Edit, file));
        await bob.AppendAsync(bob.Record(RecordClass.Chat, chat, clear: [0])); // another stream: its counter would fit
        Assert.Equal((Refusal.Seen, 1UL), (await bob.UntilAsync(HubFrame.Refused)).Refused());
        Assert.Equal((Refusal.Counter, 2UL), (await bob.NextAsync(HubFrame.Refused)).Refused());
        Assert.Equal((Refusal.Counter, 1UL), (await bob.NextAsync(HubFrame.Refused)).Refused());
        await bob.RelayAsync(bob.Record(RecordClass.Signal, room.Streams.Control)); // ephemeral ones go on
        await ada.UntilAsync(HubFrame.Relay);
        await LandsAsync();
        await ada.SubscribeAsync(chat);
        Assert.Equal(0UL, new ByteReader((await ada.UntilAsync(HubFrame.Stream)).Body.AsSpan(16)).U64());
    }

    private async Task RefusedAsync(Refusal code, Func<RecordHeader, RecordHeader> bend, StreamId? startOf = null)
    {
        await bob.AppendAsync(bob.Record(RecordClass.Edit, startOf ?? file, bend: bend));
        Assert.Equal(code, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code);
        await LandsAsync();
    }

    private async Task LandsAsync()
    {
        await bob.JoinAsync(Role.Editor, bob.Session!.Id);
        await bob.WriteAsync(RecordClass.Edit, file);
    }

    private async Task ChangeAsync(Func<ManifestDraft, ManifestDraft> change)
    {
        var next = room.Next(change);
        room.Take(next);
        var doors = next.Doors.Count == 0 ? [] : room.Doors.Select(door => door.Encoded.ToArray()).ToList();
        await ada.SendAsync(output => ManifestChange.Write(output, next.Encoded, doors));
        await ada.UntilAsync(HubFrame.Manifest);
    }
}
