using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation;

/// <summary>The moment in which a member knows new rules and has not come back by the keys that go with them.</summary>
public sealed class NewKeysTests
{
    [Fact]
    public void A4_R5_what_is_written_when_new_keys_come_is_sealed_in_the_next_session_and_not_before()
    {
        using var world = new World(1, new Choice(Honest: true), new Report());
        world.Settle();
        var person = world.People[1];
        world.Follow(person);
        world.Settle();
        world.Decrees(world.Founder, world.Charter.Renew(world.Founder, world.Rules, Everybody(world), draft => draft));
        ComesDownUntilKeysAreNew(world, person);
        Assert.True(person.Member.IsLive);

        person.Append(RecordClass.Chat, world.Streams.Chat, [0], world.Said());
        person.Pulse();
        Assert.DoesNotContain(
            person.Line!.Up,
            frame => (ClientFrame)frame[4] is ClientFrame.Append or ClientFrame.Send
        );
        world.Settle();
        world.CheckAtRest();
        Assert.True(person.Wishes[^1].Landing.IsCompletedSuccessfully);
    }

    private static List<(Person, Protocol.Rooms.Role)> Everybody(World world) =>
        [.. world.People.Select(person => (person, person.Granted[world.Rules.EpochKeyHash]))];

    private static void ComesDownUntilKeysAreNew(World world, Person person)
    {
        foreach (var frame in world.Founder.Line!.Up)
            world.Server.Receive(world.Founder.Line, frame);
        world.Founder.Line.Up.Clear();
        world.Server.Flush();
        while (world.Server.HasWork)
            world.Server.Work();
        foreach (var frame in person.Line!.Down)
        {
            if (!person.Member.NeedsConnection)
                person.Member.Receive(frame.Encode());
        }
        Assert.True(person.Member.NeedsConnection);
    }
}
