using System.Text.Json.Nodes;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Tests.Worlds;
using Coterie.Protocol.Wire;
using static Coterie.Protocol.Tests.Vectors.Answer;

namespace Coterie.Protocol.Tests.Vectors;

/// <summary>S2 at the hub, as a roomstate case of a world of its own: whose session a new one replaces.</summary>
internal static class Replacing
{
    public static JsonObject Of(World world)
    {
        var (editor, other) = (world.Person(Role.Editor), world.Person(Role.Editor));
        Session Anew(Person person, SessionId replaces) => world.Session(person.Key, person.Cert, replaces);
        var first = editor.Session;
        var second = Anew(editor, first.Id);
        var unknown = SessionId.Read(world.Random(16));
        return new JsonObject
        {
            ["name"] = "S2 a session replaces its own member's, or one that the hub does not know any more",
            ["at"] = "hub",
            ["genesis"] = Hex(world.Genesis.Encoded),
            ["incarnation"] = world.Incarnation.ToString(),
            ["steps"] = new JsonArray(
                Step(new JsonObject { ["do"] = "manifest", ["bytes"] = Hex(world.Manifest0.Encoded) }, "ok"),
                Join(world, editor, first, "ok"),
                Join(world, other, Anew(other, first.Id), "refused S2 Session"),
                Join(world, editor, second, "ok"),
                Join(world, other, Anew(other, first.Id), "ok"), // what was replaced is forgotten
                Join(world, other, Anew(other, second.Id), "refused S2 Session"),
                Step(new JsonObject { ["do"] = "end", ["session"] = second.Id.ToString() }, "ok"),
                Join(world, other, Anew(other, second.Id), "ok"), // and so is what has ended
                Join(world, editor, Anew(editor, unknown), "ok")
            ),
        };
    }

    private static JsonObject Join(World world, Person person, Session session, string expect) =>
        Step(
            new JsonObject
            {
                ["do"] = "join",
                ["cert"] = Hex(person.Cert.Encoded),
                ["session"] = Hex(session.Encoded),
                ["challenge"] = world.Challenge.ToString(),
                ["origins"] = new JsonArray(World.Origin),
            },
            expect
        );

    private static JsonObject Step(JsonObject step, string expect)
    {
        step["expect"] = Script.Expected(expect);
        return step;
    }
}
