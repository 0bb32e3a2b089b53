using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>Who comes back to a hub, as roomstate cases of a world of their own.</summary>
internal static class Returning
{
    /// <summary>S2.</summary>
    public static JsonObject Replacing(World world)
    {
        var script = new Script(
            world,
            "hub",
            "S2 a session replaces its own member's, or one that the hub does not know any more"
        );
        var (editor, other) = (world.Person(Role.Editor), world.Person(Role.Editor));
        Session Anew(Person person, SessionId replaces) => world.Session(person.Key, person.Cert, replaces);
        var first = editor.Session;
        var second = Anew(editor, first.Id);
        script.Join(editor, first, "ok");
        script.Join(other, Anew(other, first.Id), "refused S2 Session");
        script.Join(editor, second, "ok");
        script.Join(other, Anew(other, first.Id), "ok"); // what was replaced is forgotten
        script.Join(other, Anew(other, second.Id), "refused S2 Session");
        script.End(second.Id);
        script.Join(other, Anew(other, second.Id), "ok"); // and so is what has ended
        script.Join(editor, Anew(editor, SessionId.Read(world.Random(16))), "ok");
        return script.Done();
    }

    /// <summary>C4.</summary>
    public static JsonObject AfterClosing(World world)
    {
        var script = new Script(
            world,
            "hub",
            "C4 where admission has closed, who has written comes back, who has only read does not"
        );
        var (writer, reader, present) = (
            script.Enters(Role.Editor),
            script.Enters(Role.Editor),
            script.Enters(Role.Viewer)
        );
        var said = world.Record(script.Room, writer, RecordClass.Chat, world.Streams.Chat, 1, [0], [1]);
        script.Append(writer, said, "ok");
        var seen = world.Record(script.Room, reader, RecordClass.Presence, world.Streams.Presence, 1, [], [1]);
        script.Send(reader, seen, "ok");
        script.End(writer.Id);
        script.End(reader.Id);
        script.Manifest(world.After(world.Manifest0, draft => draft with { Admissions = default }));
        Session Anew(Person person) => world.Session(person.Key, person.Cert);
        script.Join(writer, Anew(writer), "ok");
        script.Join(reader, Anew(reader), "refused C4 Cert");
        script.Join(present, Anew(present), "ok"); // in one more tab
        return script.Done();
    }
}
