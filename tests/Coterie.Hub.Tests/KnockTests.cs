using Coterie.Hub.Tests.World;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>Who waits at the door of a room by approval, and who answers (Q2–Q4).</summary>
public sealed class KnockTests : IAsyncLifetime
{
    private static readonly byte[] Letter = [1, 2, 3];
    private readonly TestRoom room = new();
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Q2_Q3_Q4_an_owner_hears_of_who_knocks_and_a_wrap_lets_them_in()
    {
        await using var ada = await FoundAsync();
        await using var bob = await AtDoorAsync();
        await KnockAsync(bob);
        Assert.Equal([1], (await bob.NextAsync(HubFrame.Waiting)).Body);
        var knocked = await ada.UntilAsync(HubFrame.Knocked);
        Assert.Equal([.. bob.Key.Public, .. room.OwnerDh.Public, 0, 3, .. Letter], knocked.Body);

        var cert = room.Certify(bob.Key, Role.Viewer, room.Owner, number: 1);
        await ada.SendAsync(output => Give.Write(output, [PlaceFor(cert)]));
        await bob.NextAsync(HubFrame.Wrap);
        Assert.Equal(MemberOf(bob), await EndedAsync(ada));
        await bob.JoinAsync(Role.Viewer, cert: cert); // on the same connection
        Assert.Contains(bob.Session!.Id, (await MetAsync(ada, bob)).Met);
    }

    [Fact]
    public async Task C4_who_was_not_let_in_does_not_join_by_a_certificate_of_the_admission_key()
    {
        await using var ada = await FoundAsync();
        await using var bob = await AtDoorAsync();
        bob.Cert = room.Certify(bob.Key, Role.Editor);
        await bob.SendJoinAsync(bob.Sign(bob.Cert));
        Assert.Equal(Refusal.Cert, (await bob.UntilAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task Q4_who_is_turned_away_is_told_and_has_to_open_a_door_to_knock_again()
    {
        await using var ada = await FoundAsync();
        await using var bob = await AtDoorAsync();
        await KnockAsync(bob);
        await bob.NextAsync(HubFrame.Waiting);
        await ada.UntilAsync(HubFrame.Knocked);
        await ada.SendAsync(output => new TurnAway { Member = MemberOf(bob) }.Write(output));
        Assert.Equal((Refusal.TurnedAway, false), Told(await bob.NextAsync(HubFrame.Error)));
        Assert.Equal(MemberOf(bob), await EndedAsync(ada));
        await KnockAsync(bob);
        Assert.Equal(Refusal.OutOfOrder, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        await OpenAsync(bob);
        await KnockAsync(bob);
        await bob.NextAsync(HubFrame.Waiting);
        await ada.SendAsync(output => new TurnAway { Member = default }.Write(output)); // nobody: nothing happens
        await ada.UntilAsync(HubFrame.Knocked);
    }

    [Fact]
    public async Task Q4_only_an_owner_turns_away()
    {
        await using var ada = await FoundAsync(closed: false);
        await using var eve = await TestClient.EnterAsync(host, room, Role.Editor);
        await CloseAsync(ada);
        await using var bob = await AtDoorAsync();
        await KnockAsync(bob);
        await bob.NextAsync(HubFrame.Waiting);
        await eve.SendAsync(output => new TurnAway { Member = MemberOf(bob) }.Write(output));
        Assert.Equal(Refusal.Forbidden, (await eve.UntilAsync(HubFrame.Error)).Error().Code);
        Assert.Empty(await bob.SettleAsync());
        Assert.DoesNotContain(await eve.SettleAsync(), frame => frame.Type == HubFrame.Knocked);
    }

    [Fact]
    public async Task Q3_who_waits_learns_how_many_owners_are_there_and_who_joins_later_hears_of_who_waits()
    {
        var ada = await FoundAsync();
        await using var bob = await AtDoorAsync();
        await ada.DisposeAsync();
        await KnockAsync(bob);
        while ((await bob.UntilAsync(HubFrame.Waiting)).Body is not [0]) { } // her going may be noticed later
        await using var again = await TestClient.EnterAsync(host, room, Role.Owner, room.Owner);
        Assert.Equal([1], (await bob.UntilAsync(HubFrame.Waiting)).Body);
        await again.UntilAsync(HubFrame.Knocked);
        await bob.DisposeAsync();
        Assert.Equal(MemberOf(bob), await EndedAsync(again));
    }

    [Fact]
    public async Task Q4_under_the_next_manifest_everybody_knocks_anew()
    {
        await using var ada = await FoundAsync();
        await using var bob = await AtDoorAsync();
        await KnockAsync(bob);
        await bob.NextAsync(HubFrame.Waiting);
        await ChangeAsync(ada, room.Next());
        Assert.Equal((Refusal.ManifestConflict, false), Told(await bob.NextAsync(HubFrame.Error)));
        await KnockAsync(bob);
        Assert.Equal(Refusal.OutOfOrder, (await bob.NextAsync(HubFrame.Error)).Error().Code); // by a door of older rules
        await OpenAsync(bob);
        await KnockAsync(bob);
        await bob.NextAsync(HubFrame.Waiting);
    }

    [Fact]
    public async Task Q2_nobody_knocks_where_links_let_in_where_it_is_locked_or_with_a_letter_too_few()
    {
        await using var ada = await FoundAsync(closed: false);
        await using var bob = await AtDoorAsync();
        await KnockAsync(bob);
        Assert.Equal(Refusal.OutOfOrder, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        await ChangeAsync(
            ada,
            room.Next(draft => draft with { Admissions = Admissions.ByApproval | Admissions.Locked })
        );
        await OpenAsync(bob);
        await KnockAsync(bob);
        Assert.Equal(Refusal.Locked, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        await CloseAsync(ada);
        await OpenAsync(bob);
        await KnockAsync(bob, letters: []);
        Assert.Equal((Refusal.Malformed, true), Told(await bob.NextAsync(HubFrame.Error)));
        await using var eve = await TestClient.GreetAsync(host, room);
        await eve.LookAsync();
        await KnockAsync(eve); // without a door
        Assert.Equal(Refusal.OutOfOrder, (await eve.NextAsync(HubFrame.Error)).Error().Code);
    }

    [Fact]
    public async Task Q2_Q4_one_person_waits_once_and_finds_what_was_given_meanwhile()
    {
        await using var ada = await FoundAsync();
        using var key = SigningKey.Create();
        await using var first = await AtDoorAsync(key);
        await KnockAsync(first);
        await first.NextAsync(HubFrame.Waiting);
        await using var second = await AtDoorAsync(key);
        await KnockAsync(second);
        await second.NextAsync(HubFrame.Waiting);
        Assert.Equal((Refusal.Replaced, false), Told(await first.NextAsync(HubFrame.Error)));
        await ada.UntilAsync(HubFrame.Knocked);
        Assert.Equal(MemberOf(first), await EndedAsync(ada));
        await ada.UntilAsync(HubFrame.Knocked);
        await ada.SendAsync(output =>
            Give.Write(output, [PlaceFor(room.Certify(key, Role.Viewer, room.Owner, number: 1))])
        );
        await second.NextAsync(HubFrame.Wrap);
        await first.SendAsync(output => new Fetch { Room = room.Id, Member = MemberOf(first) }.Write(output));
        await first.NextAsync(HubFrame.Wrap);
    }

    [Fact]
    public async Task L1_Q2_so_many_wait_in_a_room_and_no_more()
    {
        await using var ada = await FoundAsync();
        var all = new List<TestClient>();
        for (var count = 0; count < Protocol.Limits.MaxKnocks; count++)
        {
            all.Add(await AtDoorAsync());
            await KnockAsync(all[^1]);
            await all[^1].NextAsync(HubFrame.Waiting);
        }
        await using var bob = await AtDoorAsync();
        await KnockAsync(bob);
        Assert.Equal(Refusal.RoomFull, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        await all[0].DisposeAsync();
        while (await EndedAsync(ada) != MemberOf(all[0])) { }
        await KnockAsync(bob); // refused ones cost no door
        await bob.NextAsync(HubFrame.Waiting);
        foreach (var client in all)
        {
            await client.DisposeAsync();
        }
    }

    [Fact]
    public async Task W2_who_has_not_joined_may_ping()
    {
        await using var ada = await FoundAsync();
        await using var bob = await TestClient.GreetAsync(host, room);
        await bob.SendAsync(output => new Ping { Nonce = 7 }.Write(output)); // before there is a room
        await bob.NextAsync(HubFrame.Pong);
        await OpenAsync(bob);
        await bob.SendAsync(output => new Ping { Nonce = 8 }.Write(output));
        await bob.NextAsync(HubFrame.Pong);
        await KnockAsync(bob);
        await bob.NextAsync(HubFrame.Waiting);
        await bob.SendAsync(output => new Ping { Nonce = 9 }.Write(output));
        await bob.NextAsync(HubFrame.Pong);
    }

    private async Task<TestClient> FoundAsync(bool closed = true)
    {
        var owner = await TestClient.FoundAsync(host, room);
        if (closed)
        {
            await CloseAsync(owner);
        }
        return owner;
    }

    private Task CloseAsync(TestClient owner) =>
        ChangeAsync(owner, room.Next(draft => draft with { Admissions = Admissions.ByApproval }));

    private async Task ChangeAsync(TestClient owner, Manifest next)
    {
        await owner.SendAsync(output => ManifestChange.Write(output, next.Encoded, []));
        await owner.UntilAsync(HubFrame.Manifest);
        room.Take(next);
        owner.Manifest = next;
    }

    private async Task<TestClient> AtDoorAsync(SigningKey? key = null)
    {
        var client = await TestClient.GreetAsync(host, room, key);
        await OpenAsync(client);
        return client;
    }

    private async Task OpenAsync(TestClient client)
    {
        await client.SendAsync(output =>
            new Open
            {
                Room = room.Id,
                Door = 1,
                Access = room.Access[0],
            }.Write(output)
        );
        await client.UntilAsync(HubFrame.Door);
    }

    private Task KnockAsync(TestClient client, byte[][]? letters = null) =>
        client.SendAsync(output => Knock.Write(output, client.Key.Public, room.OwnerDh.Public, letters ?? [Letter]));

    private byte[] PlaceFor(Cert cert) =>
        Wrap.Seal(room.Id, room.Newest.Version, room.EpochKey, cert, 0, room.Owner).Encoded.ToArray();

    private static MemberId MemberOf(TestClient client) => Cert.MemberOf(client.Key.Public);

    private static (Refusal, bool) Told(Received frame) => (frame.Error().Code, frame.Error().Fatal);

    private static async Task<MemberId> EndedAsync(TestClient owner)
    {
        var frame = await owner.UntilAsync(HubFrame.KnockEnded);
        Assert.True(KnockEnded.TryParse(frame.Body, out var ended, out _));
        return ended.Member;
    }

    private static async Task<TestClient> MetAsync(TestClient owner, TestClient other)
    {
        while (!owner.Met.Contains(other.Session!.Id))
        {
            await owner.UntilAsync(HubFrame.Member);
        }
        return owner;
    }
}
