using System.Net.WebSockets;
using System.Security.Cryptography;
using Coterie.Hub.Tests.World;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>New keys for a room at the hub: who gets them, who goes, and what is kept (A1, A3, A4).</summary>
public sealed class WrapTests : IAsyncLifetime
{
    private readonly TestRoom room = new();
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A4_who_gets_keys_stays_and_joins_again_and_who_gets_none_is_sent_away()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await using var eve = await TestClient.EnterAsync(host, room, Role.Editor);
        var (next, editors) = NewEpoch();
        await ChangeAsync(ada, next, WrapFor(bob, next, editors), WrapFor(ada, next, editors));

        await bob.UntilAsync(HubFrame.Manifest);
        await bob.NextAsync(HubFrame.Wrap);
        var told = (await eve.UntilAsync(HubFrame.Error)).Error();
        Assert.Equal((Refusal.Removed, true), (told.Code, told.Fatal));
        bob.Manifest = next;
        await bob.AppendAsync(bob.Record(RecordClass.Profile, room.Streams.Control));
        Assert.Equal(Refusal.Cert, (await bob.UntilAsync(HubFrame.Refused)).Refused().Code); // by the old certificate
        var anew = room.Certify(bob.Key, Role.Editor, editors, epoch: 1);
        await bob.JoinAsync(Role.Editor, bob.Session!.Id, anew);
        await bob.WriteAsync(RecordClass.Profile, room.Streams.Control);
    }

    [Fact]
    public async Task A4_C1_W2_a_removed_member_whose_client_does_not_go_writes_and_hears_nothing_more()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        var file = await ada.NewFileAsync();
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await using var eve = await TestClient.EnterAsync(host, room, Role.Editor);
        await eve.SubscribeAsync(file);
        await eve.UntilAsync(HubFrame.Stream);
        var (next, editors) = NewEpoch();
        await ChangeAsync(ada, next, WrapFor(bob, next, editors), WrapFor(ada, next, editors));
        await GoOnAsync(eve, file);
        await bob.UntilAsync(HubFrame.Wrap);
        await bob.JoinAsync(Role.Editor, bob.Session!.Id, room.Certify(bob.Key, Role.Editor, editors, epoch: 1));
        await bob.SubscribeAsync(file);
        await bob.WriteAsync(RecordClass.Edit, file);
        await bob.RelayAsync(bob.Record(RecordClass.Presence, room.Streams.Presence));
        await GoOnAsync(eve, file);
        await eve.UntilAsync(HubFrame.Manifest);
        Assert.Equal((Refusal.Removed, true), Told(await eve.NextAsync(HubFrame.Error)));
        Assert.Null(await eve.NextAsync()); // the connection has ended

        await using var again = await TestClient.GreetAsync(host, room, eve.Key);
        await again.LookAsync();
        again.Cert = eve.Cert;
        await again.SendJoinAsync(again.Sign(again.Cert!));
        Assert.Equal(Refusal.Cert, (await again.NextAsync(HubFrame.Error)).Error().Code);
        await GoOnAsync(again, file);
        await bob.WriteAsync(RecordClass.Edit, file);
        await bob.RelayAsync(bob.Record(RecordClass.Presence, room.Streams.Presence));
        await bob.SettleAsync();
        var heard = await again.SettleAsync();
        Assert.All(heard, frame => Assert.Equal(Refusal.OutOfOrder, frame.Error().Code));
        Assert.Equal(4, heard.Count);
        Assert.Equal(2ul, bob.HeadOf(file).Seq); // nothing but what Bob wrote
    }

    [Fact]
    public async Task A3_keys_are_kept_with_their_manifest_until_another_epoch_begins()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        using var away = SigningKey.Create();
        var absent = Cert.MemberOf(away.Public);
        var (next, editors) = NewEpoch();
        await ChangeAsync(ada, next, WrapFor(ada, next, editors), WrapFor(away, next, editors));
        var kept = (await host.Store.LoadAsync(room.Id))!.Wraps;
        Assert.Equal(2, kept.Count);
        Assert.True(await FindsAsync(absent));
        Assert.False(await FindsAsync(default));

        room.Take(next);
        var (after, _) = NewEpoch();
        ada.Manifest = next;
        await ada.JoinAsync(Role.Owner, ada.Session!.Id, room.Certify(room.Owner, Role.Owner, epoch: 1));
        await ChangeAsync(ada, after);
        Assert.False(await FindsAsync(absent));
        Assert.Empty((await host.Store.LoadAsync(room.Id))!.Wraps);
    }

    [Fact]
    public async Task A1_keys_that_no_owner_signed_are_kept_for_nobody()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        var forged = WrapFor(bob, room.Newest, room.Editors, bob.Key);
        await bob.SendAsync(output => Give.Write(output, [forged]));
        Assert.Equal(Refusal.Wrap, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
        await ada.SendAsync(output => Give.Write(output, [WrapFor(bob, room.Newest, room.Editors)]));
        await bob.UntilAsync(HubFrame.Wrap);
        var (next, editors) = NewEpoch();
        await ChangeAsync(ada, next, WrapFor(bob, next, editors, bob.Key), WrapFor(ada, next, editors));
        Assert.Equal(Refusal.Removed, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task L1_A3_a_room_keeps_keys_for_so_many_members_and_no_more()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        var members = Enumerable.Range(0, Protocol.Limits.MaxKeptWraps).Select(_ => SigningKey.Create()).ToList();
        foreach (var some in members.Chunk(Protocol.Limits.MaxWraps))
        {
            var wraps = some.Select(member => WrapFor(member, room.Newest, room.Editors)).ToArray();
            await ada.SendAsync(output => Give.Write(output, wraps));
        }
        using var oneMore = SigningKey.Create();
        await ada.SendAsync(output => Give.Write(output, [WrapFor(oneMore, room.Newest, room.Editors)]));
        Assert.Equal(Refusal.TooLarge, (await ada.UntilAsync(HubFrame.Error)).Error().Code);
        await ada.SendAsync(output => Give.Write(output, [WrapFor(members[0], room.Newest, room.Editors)]));
        await ada.WriteAsync(RecordClass.Profile, room.Streams.Control); // behind it, so that it was taken
        Assert.Equal(members.Count, (await host.Store.LoadAsync(room.Id))!.Wraps.Count);
        Assert.False(await FindsAsync(Cert.MemberOf(oneMore.Public)));
        Assert.True(await FindsAsync(Cert.MemberOf(members[^1].Public)));
        members.ForEach(member => member.Dispose());
    }

    [Fact]
    public async Task C3_a_lock_sends_away_who_is_not_listed()
    {
        await using var ada = await TestClient.FoundAsync(host, room);
        await using var bob = await TestClient.EnterAsync(host, room, Role.Editor);
        await using var eve = await TestClient.EnterAsync(host, room, Role.Editor);
        var locked = room.Next(draft =>
            draft with
            {
                Admissions = Admissions.Open | Admissions.Locked,
                Locked = [Cert.MemberOf(bob.Key.Public)],
            }
        );
        await ChangeAsync(ada, locked);
        await bob.UntilAsync(HubFrame.Manifest);
        var told = (await eve.UntilAsync(HubFrame.Error)).Error();
        Assert.Equal((Refusal.Locked, true), (told.Code, told.Fatal));
    }

    /// <summary>Four things that members do, all the same. A connection that has ended takes none.</summary>
    private async Task GoOnAsync(TestClient member, StreamId file)
    {
        try
        {
            await member.AppendAsync(member.Record(RecordClass.Edit, file));
            await member.RelayAsync(member.Record(RecordClass.Presence, room.Streams.Presence));
            await member.SubscribeAsync(file);
            await member.SubscribeAsync(room.Streams.Chat);
        }
        catch (Exception error) when (error is WebSocketException or IOException or InvalidOperationException) { }
    }

    private static (Refusal Code, bool Fatal) Told(Received frame) => (frame.Error().Code, frame.Error().Fatal);

    private (Manifest Next, SigningKey Editors) NewEpoch()
    {
        var editors = SigningKey.Create();
        var key = RandomNumberGenerator.GetBytes(32);
        var next = room.Next(draft =>
            draft with
            {
                Epoch = draft.Epoch + 1,
                EpochKeyHash = EpochKey.HashOf(key),
                PrevEpochKey = RandomNumberGenerator.GetBytes(EpochKey.SealedBytes),
                AdmissionEditor = editors.Public.ToArray(),
                Doors = [],
            }
        );
        return (next, editors);
    }

    private static async Task ChangeAsync(TestClient owner, Manifest next, params byte[][] wraps)
    {
        await owner.SendAsync(output => ManifestChange.Write(output, next.Encoded, [], wraps));
        await owner.UntilAsync(HubFrame.Manifest);
    }

    private byte[] WrapFor(TestClient member, Manifest manifest, SigningKey editors, SigningKey? signer = null) =>
        WrapFor(member.Key, manifest, editors, signer);

    /// <summary>The hub cannot look inside: what it holds is of no importance here.</summary>
    private byte[] WrapFor(SigningKey member, Manifest manifest, SigningKey editors, SigningKey? signer = null) =>
        Wrap.Seal(
                room.Id,
                manifest.Version,
                Cert.MemberOf(member.Public),
                room.OwnerDh.Public,
                new RoleKeys(Role.Editor, room.EpochKey, editors.ToScalar(), new byte[32]),
                0,
                signer ?? room.Owner
            )
            .Encoded.ToArray();

    private async Task<bool> FindsAsync(MemberId member)
    {
        await using var client = await TestClient.GreetAsync(host, room);
        await client.SendAsync(output => new Fetch { Room = room.Id, Member = member }.Write(output));
        var answer = await client.NextAsync();
        if (answer!.Type == HubFrame.Wrap)
        {
            return true;
        }
        Assert.Equal(Refusal.Removed, answer.Error().Code);
        return false;
    }
}
