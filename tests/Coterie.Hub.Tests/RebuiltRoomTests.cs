using Coterie.Hub.Tests.World;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>A memory room that its members make again on a hub that lost it, each bringing the doors that it came in by (M7).</summary>
public sealed class RebuiltRoomTests : IAsyncLifetime
{
    private readonly TestRoom room = new(guests: 2);
    private TestHost host = null!;

    public async ValueTask InitializeAsync() => host = await TestHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task M7_a_memory_room_begins_again_with_some_of_its_doors_and_takes_the_others_when_they_come()
    {
        await using var bob = await MakeAsync(room.Doors[0]);
        await bob.NextAsync(HubFrame.Created);
        Assert.Equal([true, false, false], await OpeningAsync());

        await using var cleo = await MakeAsync(room.Doors[2]);
        Assert.Equal(Refusal.RoomExists, (await cleo.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal([true, false, true], await OpeningAsync());

        await using var ada = await TestClient.GreetAsync(host, room, room.Owner);
        await ada.CreateAsync(RoomKind.Memory); // all: what stands already is no fault
        Assert.Equal(Refusal.RoomExists, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal([true, true, true], await OpeningAsync());
        await ada.LookAsync();
        await ada.JoinAsync(Role.Owner); // the connection goes on
    }

    [Fact]
    public async Task M7_a_door_that_the_manifest_does_not_name_makes_no_room_and_opens_none()
    {
        var foreign = new TestRoom().Doors[0];
        foreach (Door[] doors in new Door[][] { [room.Doors[0], foreign], [room.Doors[0], room.Doors[0]], [] })
        {
            await using var eve = await MakeAsync(doors);
            Assert.Equal(Refusal.ManifestInvalid, (await eve.NextAsync(HubFrame.Error)).Error().Code);
        }
        await using var bob = await MakeAsync(room.Doors[0]);
        await bob.NextAsync(HubFrame.Created);
        await using var mallory = await MakeAsync(foreign);
        Assert.Equal(Refusal.ManifestInvalid, (await mallory.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal([true, false, false], await OpeningAsync());
    }

    [Fact]
    public async Task M7_a_permanent_room_begins_with_all_its_doors()
    {
        await using var ada = await TestClient.GreetAsync(host, room, room.Owner);
        await ada.CreateAsync(RoomKind.Permanent, doors: room.Doors.Take(2));
        Assert.Equal(Refusal.ManifestInvalid, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        await ada.CreateAsync(RoomKind.Permanent);
        await ada.NextAsync(HubFrame.Created);
        Assert.Equal([true, true, true], await OpeningAsync());
    }

    [Fact]
    public async Task M7_a_room_that_began_again_under_older_rules_learns_the_newer_ones_from_who_brings_them()
    {
        Manifest[] old = [.. room.Manifests];
        Manifest[] forked = [.. old, room.Next()];
        room.Take(room.Next(draft => draft with { Policy = draft.Policy | Policy.ReadOnly }));
        room.Take(room.Next(draft => draft with { Doors = [draft.Doors[0], draft.Doors[2]] }));
        await using var bob = await TestClient.GreetAsync(host, room);
        await bob.CreateAsync(RoomKind.Memory, doors: room.Doors.Take(1), manifests: old);
        await bob.NextAsync(HubFrame.Created);
        await bob.LookAsync();
        await bob.JoinAsync(Role.Editor);

        await using var ada = await TestClient.GreetAsync(host, room, room.Owner);
        await ada.CreateAsync(RoomKind.Memory, doors: [room.Doors[2]]);
        Assert.Equal(Refusal.RoomExists, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal(3, await ManifestsShownAsync(ada));
        foreach (var expected in room.Manifests.Skip(1))
        {
            var told = await bob.UntilAsync(HubFrame.Manifest);
            Assert.True(ManifestFrame.TryParse(told.Body, out var frame, out _));
            Assert.Equal(expected.Encoded.ToArray(), frame.Manifest.ToArray());
        }

        await using var eve = await TestClient.GreetAsync(host, room);
        await eve.CreateAsync(RoomKind.Memory, doors: room.Doors.Take(1), manifests: forked);
        Assert.Equal(Refusal.RoomExists, (await eve.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal(3, await ManifestsShownAsync(eve));
    }

    private static async Task<int> ManifestsShownAsync(TestClient client)
    {
        var shown = await client.LookAsync();
        Assert.True(RoomFrame.TryParse(shown.Body, out var frame, out _));
        return frame.Manifests.Count;
    }

    [Fact]
    public async Task M7_doors_of_rules_that_were_changed_meanwhile_are_left_out()
    {
        var first = room.Doors[1];
        await using var ada = await TestClient.GreetAsync(host, room, room.Owner);
        await ada.CreateAsync(RoomKind.Memory, doors: room.Doors.Take(1));
        await ada.NextAsync(HubFrame.Created);
        await ada.JoinAsync(Role.Owner);
        var without = room.Next(draft => draft with { Doors = [draft.Doors[0], draft.Doors[2]] });
        await ada.SendAsync(output => ManifestChange.Write(output, without.Encoded, []));
        await ada.UntilAsync(HubFrame.Manifest);
        await using var bob = await MakeAsync(first, room.Doors[2]); // by the manifest that he knows
        Assert.Equal(Refusal.RoomExists, (await bob.NextAsync(HubFrame.Error)).Error().Code);
        Assert.Equal([true, false, true], await OpeningAsync());
    }

    [Fact]
    public async Task M7_a_full_server_still_takes_the_doors_of_a_room_that_stands()
    {
        await using var full = await TestHost.StartAsync(new HubOptions { RoomsPerServer = 1 });
        await using var bob = await TestClient.GreetAsync(full, room);
        await bob.CreateAsync(RoomKind.Memory, doors: room.Doors.Take(1));
        await bob.NextAsync(HubFrame.Created);
        await using var ada = await TestClient.GreetAsync(full, room);
        await ada.CreateAsync(RoomKind.Memory);
        Assert.Equal(Refusal.RoomExists, (await ada.NextAsync(HubFrame.Error)).Error().Code);
        var other = new TestRoom();
        await using var eve = await TestClient.GreetAsync(full, other);
        await eve.CreateAsync(RoomKind.Memory);
        Assert.Equal(Refusal.RoomFull, (await eve.NextAsync(HubFrame.Error)).Error().Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task K6_bringing_a_door_counts_as_an_attempt_wherever_it_stands(bool afterJoinFrame)
    {
        await using var limited = await TestHost.StartAsync(
            new HubOptions { BurstAttemptsPerAddress = 3, AttemptsPerMinutePerAddress = 1 },
            address: "203.0.113.77"
        );
        await using var ada = await TestClient.GreetAsync(limited, room, room.Owner);
        await ada.CreateAsync(RoomKind.Memory, doors: room.Doors.Take(1)); // the first of three
        await ada.NextAsync(HubFrame.Created);
        await using var eve = await TestClient.GreetAsync(limited, room);
        await eve.LookAsync();
        if (afterJoinFrame)
        {
            eve.Cert = room.Certify(eve.Key, Role.Editor);
            await eve.SendJoinAsync(eve.Sign(eve.Cert, origin: "https://other.example"));
            Assert.Equal(Refusal.Origin, (await eve.UntilAsync(HubFrame.Error)).Error().Code);
        }
        var codes = new List<Refusal>();
        for (var attempt = 0; attempt < 3; attempt++)
        {
            await eve.CreateAsync(RoomKind.Memory);
            codes.Add((await eve.UntilAsync(HubFrame.Error)).Error().Code);
        }
        Assert.Equal([Refusal.RoomExists, Refusal.RoomExists, Refusal.RateLimited], codes);
    }

    private async Task<TestClient> MakeAsync(params Door[] doors)
    {
        var client = await TestClient.GreetAsync(host, room);
        await client.CreateAsync(RoomKind.Memory, doors: doors);
        return client;
    }

    /// <summary>Of each door, whether it opens.</summary>
    private async Task<List<bool>> OpeningAsync()
    {
        await using var guest = await TestClient.GreetAsync(host, room);
        await guest.LookAsync();
        var opening = new List<bool>();
        foreach (var (door, access) in room.Doors.Zip(room.Access))
        {
            await guest.SendAsync(output =>
                new Open
                {
                    Room = room.Id,
                    Door = door.Id,
                    Access = access,
                }.Write(output)
            );
            var answer = await guest.NextAsync();
            opening.Add(answer!.Type == HubFrame.Door);
        }
        return opening;
    }
}
