using Coterie.Client.Founding;
using Coterie.Protocol.Wire.Frames;

namespace Coterie.Bench.Hub.Contenders;

/// <summary>
/// Our server: sealed, signed records, each verified by the hub. With permanent rooms every record is on the disk before anybody sees it;
/// with memory rooms the same happens but for the disk, which shows what durability costs.
/// </summary>
internal sealed class CoterieServer(RoomKind kind) : Contender
{
    /// <summary>The peers limit nobody; with our limits per person and address the generator would meet these instead of the server.</summary>
    private static readonly Dictionary<string, string> Unlimited = new(StringComparer.Ordinal)
    {
        ["COTERIE_FRAMES_PER_SECOND"] = "1000000",
        ["COTERIE_BYTES_PER_SECOND"] = "1000000000",
        ["COTERIE_BYTES_PER_ROOM"] = "2000000000",
        ["COTERIE_CONNECTIONS_PER_ADDRESS"] = "20000",
        ["COTERIE_ATTEMPTS_PER_MINUTE"] = "1000000",
        ["COTERIE_JOINS_PER_MINUTE"] = "1000000",
        ["COTERIE_CONNECTS_PER_MINUTE"] = "1000000",
        ["COTERIE_FRAMES_PER_SECOND_PER_ADDRESS"] = "1000000000",
    };

    private readonly List<CoterieRoom> rooms = [];
    private string adminKey = "";

    public override string Name => kind == RoomKind.Permanent ? "coterie" : "coterie-memory";
    public override bool Keeps => kind == RoomKind.Permanent;

    public override ServerProcess Start(string directory, bool gauged)
    {
        var keyFile = Path.Combine(directory, "admin-key");
        var server = ServerProcess.Start(
            Options.Coterie,
            [
                "serve",
                "--urls",
                "http://127.0.0.1:0",
                "--data",
                Path.Combine(directory, "data"),
                "--admin-key-file",
                keyFile,
            ],
            gauge: gauged ? Path.Combine(directory, "gauge") : null,
            Unlimited
        );
        adminKey = File.ReadAllText(keyFile).Trim();
        return server;
    }

    public override async Task OpenRoomsAsync(ServerProcess server, int count, int files)
    {
        rooms.Clear();
        for (var room = 0; room < count; room++)
        {
            var terms = new FoundingTerms
            {
                Title = $"Room {room}",
                Kind = kind,
                AdminKey = adminKey,
            };
            rooms.Add(await CoterieRoom.OpenAsync(Origin(server), terms, files));
        }
    }

    public override Person Person(ServerProcess server, int room, int author, Tally tally) =>
        new CoteriePerson(rooms[room], Origin(server).GetLeftPart(UriPartial.Authority), author, tally);

    private static Uri Origin(ServerProcess server) => new($"http://{server.Address}");
}
