using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Coterie.Client;
using Coterie.Client.Founding;
using Coterie.Protocol.Keys;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Server.Listed;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>The list of rooms that owners put there themselves.</summary>
public sealed class RoomListTests : IDisposable
{
    private readonly Scratch scratch = new();
    private readonly HttpClient web = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        web.Dispose();
        scratch.Dispose();
    }

    [Fact]
    public async Task D3_without_the_option_there_is_no_list()
    {
        await using var server = await ServerProcess.StartAsync(scratch, "--web", WebFolder.Make(scratch));
        using var room = Found(RoomKind.Memory, "");
        await using var inside = await ComeInAsync(server, room);
        Assert.Equal(404, (int)(await web.GetAsync(At(server), Cancel)).StatusCode);
        Assert.DoesNotContain(
            "coterie-room-list",
            await web.GetStringAsync(server.Url, Cancel),
            StringComparison.Ordinal
        );
        Assert.Equal(405, await TellAsync(server, Word(room, 1, "A room")));
    }

    [Fact]
    public void D1_any_bytes_are_a_listing_or_none()
    {
        using var room = Found(RoomKind.Memory, "");
        var word = Word(room, 1, "A room");
        Assert.NotNull(Listing.Read(word));
        for (var at = 0; at < word.Length; at++)
        {
            Assert.Null(Listing.Read(word.AsSpan(0, at)));
            foreach (var mask in (byte[])[1, 0x80, 0xff])
            {
                byte[] bent = [.. word];
                bent[at] ^= mask;
                Assert.Null(Listing.Read(bent));
            }
        }
    }

    [Fact]
    public async Task D1_D2_only_the_owners_newest_word_counts_and_lasts_as_long_as_the_room()
    {
        FoundedRoom? kept = null;
        using var fleeting = Found(RoomKind.Memory, "");
        using var elsewhere = Found(RoomKind.Memory, "");
        await using (var server = await StartAsync())
        {
            Assert.Contains(
                "coterie-room-list",
                await web.GetStringAsync(server.Url, Cancel),
                StringComparison.Ordinal
            );
            kept = Found(
                RoomKind.Permanent,
                (await File.ReadAllTextAsync(scratch.At("data/admin.key"), Cancel)).Trim()
            );
            await using var one = await ComeInAsync(server, kept);
            await using var other = await ComeInAsync(server, fleeting);
            Assert.Equal("""{"rooms":[]}""", await web.GetStringAsync(At(server), Cancel));
            Assert.Equal(200, await TellAsync(server, Word(kept, 7, "<b>\"Kept\"")));
            Assert.Equal(200, await TellAsync(server, Word(fleeting, 7, "fleeting")));
            Assert.Equal(404, await TellAsync(server, Word(elsewhere, 7, "no room of this server")));
            Assert.Equal(
                $$"""{"rooms":[{"id":"{{kept.Room}}","name":"\u003Cb\u003E\u0022Kept\u0022"},{"id":"{{fleeting.Room}}","name":"fleeting"}]}""",
                await web.GetStringAsync(At(server), Cancel)
            );

            Assert.Equal(409, await TellAsync(server, Word(fleeting, 7, "again")));
            Assert.Equal(200, await TellAsync(server, Word(fleeting, 8, "")));
            Assert.Equal(409, await TellAsync(server, Word(fleeting, 7, "fleeting")));
            Assert.Equal(200, await TellAsync(server, Word(fleeting, 9, "back")));

            Assert.Equal(400, await TellAsync(server, Word(fleeting, 10, "forged", kept.Owner.Sign)));
            Assert.Equal(400, await TellAsync(server, Word(fleeting, 10, "two\nlines")));
            Assert.Equal(400, await TellAsync(server, Word(fleeting, 10, new string('x', 201))));
            Assert.Equal(400, await TellAsync(server, Word(fleeting, 10, "cut")[..^1]));
            Assert.Equal(400, await TellAsync(server, []));
            Assert.Equal(400, await TellAsync(server, new byte[100_000]));
            Assert.Equal(["<b>\"Kept\"", "back"], Names(await web.GetStringAsync(At(server), Cancel)));
        }
        kept.Dispose();
        await using (var server = await StartAsync())
            Assert.Equal(["<b>\"Kept\""], Names(await web.GetStringAsync(At(server), Cancel)));
    }

    [Fact]
    public void D1_a_changed_byte_anywhere_is_no_word()
    {
        using var room = Found(RoomKind.Memory, "");
        var word = Word(room, 3, "A room");
        Assert.Equal("A room", Listing.Read(word)!.Name);
        for (var at = 0; at < word.Length; at++)
        {
            var changed = word.ToArray();
            changed[at] ^= 1;
            Assert.Null(Listing.Read(changed));
        }
    }

    [Fact]
    public async Task D2_who_tells_too_often_waits()
    {
        await using var server = await StartAsync("--attempts-per-minute", "3", "--trusted-proxy", "127.0.0.1");
        using var room = Found(RoomKind.Memory, "");
        web.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        var statuses = new List<int>();
        for (var tries = 0; tries < 5; tries++)
            statuses.Add(await TellAsync(server, Word(room, 1, "A room")));
        Assert.Equal([404, 404, 404, 429, 429], statuses);
        Assert.Equal("""{"rooms":[]}""", await web.GetStringAsync(At(server), Cancel));
    }

    [Fact]
    public async Task D2_another_sites_page_tells_nothing()
    {
        await using var server = await StartAsync();
        using var room = Found(RoomKind.Memory, "");
        await using var inside = await ComeInAsync(server, room);
        web.DefaultRequestHeaders.Add("Origin", "https://elsewhere.example");
        Assert.Equal(403, await TellAsync(server, Word(room, 1, "A room")));
    }

    private Task<ServerProcess> StartAsync(params string[] more) =>
        ServerProcess.StartAsync(scratch, ["--web", WebFolder.Make(scratch), "--room-list", .. more]);

    private static FoundedRoom Found(RoomKind kind, string key) =>
        FoundedRoom.Found(
            new FoundingTerms
            {
                Title = "A title that nobody sees",
                Kind = kind,
                AdminKey = key,
            },
            RandomNumberGenerator.Create()
        );

    private static Task<RoomConnection> ComeInAsync(ServerProcess server, FoundedRoom room) =>
        RoomConnection.JoinAsync(server.Url, new OwnerEntry(room), room.Owner, Client.World.Real);

    private static byte[] Word(FoundedRoom room, ulong time, string name, SigningKey? signer = null)
    {
        var text = Encoding.UTF8.GetBytes(name);
        var word = new byte[1 + Genesis.Bytes + 8 + 2 + text.Length];
        var writer = new ByteWriter(word);
        writer.U8(1);
        writer.Bytes(room.Genesis.Encoded);
        writer.U64(time);
        writer.B16(text);
        return [.. word, .. (signer ?? room.Owner.Sign).Sign("listing"u8, word)];
    }

    private static string[] Names(string list) =>
        [.. JsonNode.Parse(list)!["rooms"]!.AsArray().Select(room => (string)room!["name"]!)];

    private static Uri At(ServerProcess server) => new(server.Url, "rooms");

    private async Task<int> TellAsync(ServerProcess server, byte[] word)
    {
        using var body = new ByteArrayContent(word);
        using var answer = await web.PutAsync(At(server), body, Cancel);
        return (int)answer.StatusCode;
    }
}
