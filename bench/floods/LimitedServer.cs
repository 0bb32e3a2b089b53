using Coterie.Bench.Hub;
using Coterie.Bench.Hub.Contenders;
using Coterie.Client.Founding;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Bench.Floods;

/// <summary>
/// Our server as an operator starts it, with all its limits, behind a proxy that it trusts: so each request may say which address it comes from. The
/// people of the room say none and count as nobody; attackers say theirs.
/// </summary>
internal sealed class LimitedServer : Contender
{
    private readonly List<CoterieRoom> rooms = [];
    private string adminKey = "";

    public override string Name => "coterie";

    /// <summary>The room in which all this takes place.</summary>
    public CoterieRoom Room => rooms[0];

    public override ServerProcess Start(string directory, bool gauged)
    {
        var keyFile = Path.Combine(directory, "admin-key");
        string[] options =
        [
            "serve",
            "--urls",
            "http://127.0.0.1:0",
            "--data",
            Path.Combine(directory, "data"),
            "--admin-key-file",
            keyFile,
            "--trusted-proxy",
            "127.0.0.1/32",
        ];
        var server = ServerProcess.Start(Options.Coterie, options);
        adminKey = File.ReadAllText(keyFile).Trim();
        return server;
    }

    public override async Task OpenRoomsAsync(ServerProcess server, int count, int files)
    {
        var terms = new FoundingTerms
        {
            Title = "A room",
            Kind = RoomKind.Permanent,
            AdminKey = adminKey,
        };
        for (var room = 0; room < count; room++)
            rooms.Add(await CoterieRoom.OpenAsync(Origin(server), terms, files));
    }

    public override Person Person(ServerProcess server, int room, int author, Tally tally) =>
        new CoteriePerson(rooms[room], Origin(server).GetLeftPart(UriPartial.Authority), author, tally);

    private static Uri Origin(ServerProcess server) => new($"http://{server.Address}");
}
