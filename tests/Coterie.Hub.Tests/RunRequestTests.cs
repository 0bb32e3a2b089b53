using System.Security.Cryptography;
using Coterie.Hub.Rooms;
using Coterie.Hub.Tests.World;
using Coterie.Protocol;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Hub.Tests;

/// <summary>What the hub tells who runs programs: whose request stands in the log, and whether they may still.</summary>
public sealed class RunRequestTests : IAsyncLifetime
{
    private readonly TestRoom room = new();
    private readonly RunId run = RunId.Read(RandomNumberGenerator.GetBytes(16));
    private readonly ManualClock clock = new();
    private TestHost host = null!;
    private TestClient ada = null!;
    private TestClient bob = null!;

    public async ValueTask InitializeAsync()
    {
        host = await TestHost.StartAsync(clock: clock);
        ada = await TestClient.FoundAsync(host, room);
        await ChangeAsync(draft => draft with { Policy = Policy.Runs });
        bob = await TestClient.EnterAsync(host, room, Role.Editor);
    }

    public async ValueTask DisposeAsync()
    {
        await bob.DisposeAsync();
        await ada.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task X2_a_request_is_good_for_one_start()
    {
        Assert.Null(await host.Hub.TakeRunAsync(room.Id, run));
        await bob.WriteAsync(RecordClass.Run, room.Streams.Runs, clear: Clear(RunKind.Request));
        Assert.Equal(bob.Cert!.Member, await host.Hub.TakeRunAsync(room.Id, run));
        Assert.Null(await host.Hub.TakeRunAsync(room.Id, run));
        Assert.Null(await host.Hub.TakeRunAsync(new RoomId(3), run));
    }

    [Theory]
    [InlineData(RunKind.Shared)]
    [InlineData(RunKind.Receipt)]
    public async Task X2_other_records_of_a_run_are_no_request(RunKind kind)
    {
        await bob.WriteAsync(RecordClass.Run, room.Streams.Runs, clear: Clear(kind));
        Assert.Null(await host.Hub.TakeRunAsync(room.Id, run));
    }

    [Fact]
    public async Task X2_a_request_is_good_for_a_minute()
    {
        await bob.WriteAsync(RecordClass.Run, room.Streams.Runs, clear: Clear(RunKind.Request));
        clock.Advance(TimeSpan.FromSeconds(Limits.RunRequestSeconds + 1));
        Assert.Null(await host.Hub.TakeRunAsync(room.Id, run));
    }

    [Fact]
    public async Task X2_X3_a_policy_that_is_switched_off_ends_what_was_asked_for()
    {
        await bob.WriteAsync(RecordClass.Run, room.Streams.Runs, clear: Clear(RunKind.Request));
        Assert.Equal(RunnerStanding.Here, await host.Hub.StandingOfRunnerAsync(room.Id, bob.Cert!.Member));
        await ChangeAsync(draft => draft with { Policy = default });
        Assert.Equal(RunnerStanding.Forbidden, await host.Hub.StandingOfRunnerAsync(room.Id, bob.Cert!.Member));
        Assert.Equal(RunnerStanding.Forbidden, await host.Hub.StandingOfRunnerAsync(room.Id, ada.Cert!.Member));
        Assert.Null(await host.Hub.TakeRunAsync(room.Id, run));
    }

    [Fact]
    public async Task X3_who_left_is_away_and_who_was_never_here_too()
    {
        await bob.DisposeAsync();
        await ada.UntilAsync(HubFrame.Gone);
        Assert.Equal(RunnerStanding.Away, await host.Hub.StandingOfRunnerAsync(room.Id, bob.Cert!.Member));
        Assert.Equal(RunnerStanding.Away, await host.Hub.StandingOfRunnerAsync(room.Id, default));
        Assert.Equal(RunnerStanding.Away, await host.Hub.StandingOfRunnerAsync(new RoomId(3), ada.Cert!.Member));
    }

    [Fact]
    public async Task X2_a_room_remembers_a_bounded_number_of_requests()
    {
        for (var i = 0; i < Limits.MaxRunRequests; i++)
            await ada.WriteAsync(
                RecordClass.Run,
                room.Streams.Runs,
                clear: new RunClear(RunKind.Request, RunId.Read(RandomNumberGenerator.GetBytes(16))).Encode()
            );
        await ada.WriteAsync(RecordClass.Run, room.Streams.Runs, clear: Clear(RunKind.Request));
        Assert.Null(await host.Hub.TakeRunAsync(room.Id, run));
        clock.Advance(TimeSpan.FromSeconds(Limits.RunRequestSeconds + 1));
        var later = RunId.Read(RandomNumberGenerator.GetBytes(16));
        await ada.WriteAsync(RecordClass.Run, room.Streams.Runs, clear: new RunClear(RunKind.Request, later).Encode());
        Assert.Equal(ada.Cert!.Member, await host.Hub.TakeRunAsync(room.Id, later));
    }

    private async Task ChangeAsync(Func<ManifestDraft, ManifestDraft> change)
    {
        var next = room.Next(change);
        room.Take(next);
        await ada.SendAsync(output =>
            ManifestChange.Write(output, next.Encoded, room.Doors.Select(door => door.Encoded.ToArray()).ToList())
        );
        await ada.UntilAsync(HubFrame.Manifest);
    }

    private byte[] Clear(RunKind kind) => new RunClear(kind, run).Encode();
}
