using System.Security.Cryptography;
using System.Text;
using Coterie.Client;
using Coterie.Client.Founding;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Rooms.Payloads;
using Coterie.Protocol.Runs;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Server;
using Coterie.Server.Settings;

namespace Coterie.Runs.Tests.Rooms;

/// <summary>A server that runs programs, a room on it, and its owner.</summary>
internal sealed class RunRoom : IAsyncDisposable
{
    private readonly DirectoryInfo? data; // null: the server is another process
    private CoterieServer? server;

    private RunRoom(Uri at, FoundedRoom founded, RoomConnection owner, CoterieServer? server, DirectoryInfo? data)
    {
        (Server, this.server, this.data) = (at, server, data);
        (Founded, Owner) = (founded, owner);
    }

    public FoundedRoom Founded { get; }
    public RoomConnection Owner { get; }
    public Uri Server { get; }

    public static async Task<RunRoom> OpenAsync(int slots = 4, Policy policy = Policy.Runs)
    {
        var folder = Directory.CreateTempSubdirectory("coterie-runs-");
        var settings = new ServerSettings
        {
            Urls = ["http://127.0.0.1:0"],
            Data = folder.FullName,
            Runs = slots,
        };
        var started = await CoterieServer.StartAsync(settings, TimeProvider.System);
        return await FoundAsync(new Uri(started.Urls[0]), policy, started, folder);
    }

    /// <summary>On a server that is another process.</summary>
    /// <param name="adminKey">The operator's: a permanent room.</param>
    public static Task<RunRoom> FoundAsync(Uri server, string? adminKey = null) =>
        FoundAsync(server, Policy.Runs, null, null, adminKey);

    private static async Task<RunRoom> FoundAsync(
        Uri at,
        Policy policy,
        CoterieServer? server,
        DirectoryInfo? data,
        string? adminKey = null
    )
    {
        var terms = new FoundingTerms
        {
            Title = "Programs",
            Policy = policy,
            Kind = adminKey is null ? RoomKind.Memory : RoomKind.Permanent,
            AdminKey = adminKey ?? "",
        };
        var founded = FoundedRoom.Found(terms, RandomNumberGenerator.Create());
        var owner = await JoinAsync(at, new OwnerEntry(founded), founded.Owner);
        return new RunRoom(at, founded, owner, server, data);
    }

    /// <summary>One more person.</summary>
    public Task<RoomConnection> EnterAsync(Role role, MemberKeys keys) =>
        JoinAsync(Server, new LinkEntry(Founded.Invite(role, Server.GetLeftPart(UriPartial.Authority))), keys);

    public static RunOrder Order(string language, string entry, string text, bool terminal = false) =>
        new(
            RandomNumberGenerator.GetBytes(32),
            RandomNumberGenerator.GetBytes(32),
            language,
            entry,
            terminal ? new RunCommand.Size(80, 24) : null,
            [],
            ReadOnlyMemory<byte>.Empty,
            [new RunFile(entry, Encoding.UTF8.GetBytes(text))]
        );

    public static RunOrder Python(string text, bool terminal = false) => Order("python", "main.py", text, terminal);

    /// <summary>As a member's page does: seals the order, writes the request, and starts it.</summary>
    public async Task<RunLine> StartAsync(RoomConnection member, RunOrder order)
    {
        var line = await RunLine.ConnectAsync(Server);
        await line.StartAsync(Room, await RequestAsync(member, line, order), order);
        return line;
    }

    /// <summary>Seals an order to the server that is on this line, and writes the request for it. Gives the sealed order.</summary>
    public async Task<byte[]> RequestAsync(RoomConnection member, RunLine line, RunOrder order)
    {
        var sealedOrder = RunKeys.SealOrder(line.ServerKey, Room, order);
        await RequestAsync(member, sealedOrder, order);
        return sealedOrder;
    }

    /// <summary>Writes the request for what is sealed already.</summary>
    public Task RequestAsync(RoomConnection member, byte[] sealedOrder, RunOrder order)
    {
        var run = RunKeys.IdOf(Room, sealedOrder);
        var request = RunRequest.Of(order, []);
        return member.AppendAsync(
            member.Open(member.Streams.Runs),
            RecordClass.Run,
            new RunClear(RunKind.Request, run).Encode(),
            request.Encode(),
            TestContext.Current.CancellationToken
        );
    }

    public RoomId Room => Founded.Room;

    /// <summary>Another start of the server on the same data and address.</summary>
    public async Task RestartAsync()
    {
        var url = server!.Urls[0];
        await server.DisposeAsync();
        server = await CoterieServer.StartAsync(
            new ServerSettings { Urls = [url], Data = data!.FullName },
            TimeProvider.System
        );
    }

    public async ValueTask DisposeAsync()
    {
        await Owner.DisposeAsync();
        if (server is not null)
            await server.DisposeAsync();
        Founded.Dispose();
        data?.Delete(recursive: true);
    }

    private static Task<RoomConnection> JoinAsync(Uri server, Entry entry, MemberKeys keys) =>
        RoomConnection.JoinAsync(server, entry, keys, World.Real, TestContext.Current.CancellationToken);
}
