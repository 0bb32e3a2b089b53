using Coterie.Protocol.Wire.Frames;
using Coterie.Simulation.Worlds;

namespace Coterie.Simulation.Moves;

/// <summary>New rules are kept from one member, with all keys that go with them; or, kept before, come late (J2, P2).</summary>
internal sealed class DelayRevocation : Move
{
    public override IReadOnlyList<Condition> Never => [Condition.Quiet];

    public override bool Make(World world)
    {
        var late = world.Lines.Where(line => line.Withheld.Count > 0 && line.Person.IsOnline).ToList();
        if (late.Count > 0 && world.Dice.Below(2) == 0)
        {
            var released = late[world.Dice.Below(late.Count)];
            released.Tamper = null;
            released.Down.InsertRange(0, released.Withheld);
            released.Withheld.Clear();
            return true;
        }
        if (world.OnItsWay(HubFrame.Manifest) is not { } found)
            return false;
        var line = found.Line;
        line.Withheld.Add(found.Frame);
        found.Remove();
        line.Tamper = frame => frame.Type is HubFrame.Manifest or HubFrame.Wrap ? Keep(line, frame) : frame;
        return true;
    }

    private static Passing? Keep(Line line, Passing frame)
    {
        line.Withheld.Add(frame);
        return null;
    }
}
