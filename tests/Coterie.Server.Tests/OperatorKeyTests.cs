using System.Runtime.Versioning;
using System.Text;
using Coterie.Client;
using Coterie.Hub;
using Coterie.Protocol.Rooms;
using Coterie.Protocol.Wire;
using Coterie.Protocol.Wire.Frames;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

[UnsupportedOSPlatform("windows")] // file modes
public sealed class OperatorKeyTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task H8_a_permanent_room_takes_the_operators_key()
    {
        await using var server = await ServerProcess.StartAsync(scratch);
        var key = (await File.ReadAllTextAsync(Path.Combine(scratch.Data, "admin.key"))).Trim();
        await using var room = await PermanentRoom.FoundAsync(server.Url, key);
        Assert.Equal(Role.Owner, room.Role);
        foreach (var wrong in new[] { "", key[..^1], key + "A", new string('A', 43) })
        {
            var refused = await Assert.ThrowsAsync<RoomException>(() => PermanentRoom.FoundAsync(server.Url, wrong));
            Assert.Equal(Refusal.AdminKey, refused.Code);
            Assert.DoesNotContain(key, refused.Message, StringComparison.Ordinal);
        }
        await using var memory = await PermanentRoom.FoundAsync(server.Url, "", RoomKind.Memory);
        Assert.Equal(Role.Owner, memory.Role);
    }

    [Fact]
    public async Task H8_the_key_is_its_owners_alone_and_the_data_directory_needs_only_its_hash()
    {
        var file = scratch.At("operator.key");
        await using (var first = await ServerProcess.StartAsync(scratch, "--admin-key-file", file))
            Assert.Contains(
                $"the operator's admin key, for permanent rooms, is in {file}\n",
                first.Said,
                StringComparison.Ordinal
            );
        var key = (await File.ReadAllTextAsync(file)).Trim();
        Assert.Equal(43, key.Length); // 32 bytes in base64url
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(
            AdminKey.HashOf(Encoding.UTF8.GetBytes(key)),
            await File.ReadAllBytesAsync(Path.Combine(scratch.Data, "admin-key.hash"))
        );
        foreach (var kept in Directory.EnumerateFiles(scratch.Data))
            Assert.Equal(-1, (await File.ReadAllBytesAsync(kept)).AsSpan().IndexOf(Encoding.ASCII.GetBytes(key)));

        File.Delete(file); // the operator took it away
        await using var second = await ServerProcess.StartAsync(scratch, "--admin-key-file", file);
        Assert.False(File.Exists(file));
        Assert.DoesNotContain("operator's admin key", second.Said, StringComparison.Ordinal);
        await using var room = await PermanentRoom.FoundAsync(second.Url, key);
        Assert.Equal(Role.Owner, room.Role);
    }

    [Fact]
    public async Task An_operator_may_bring_a_key()
    {
        var file = scratch.Write("own.key", "correct horse battery staple\n");
        await using var server = await ServerProcess.StartAsync(scratch, "--admin-key-file", file);
        await using var room = await PermanentRoom.FoundAsync(server.Url, "correct horse battery staple");
        Assert.Equal(Role.Owner, room.Role);
    }

    [Theory]
    [InlineData("another key, long enough to count\n")]
    [InlineData("short\n")]
    [InlineData("")]
    public async Task A_key_file_that_is_not_this_data_directorys_is_refused_and_told_how_to_replace_the_key(
        string other
    )
    {
        var file = scratch.At("operator.key");
        await using (await ServerProcess.StartAsync(scratch, "--admin-key-file", file)) { }
        await File.WriteAllTextAsync(file, other);
        string[] flags = ["--urls", "http://127.0.0.1:0", "--data", scratch.Data, "--admin-key-file", file];
        var (code, said, complained) = await ServerProcess.RunAsync(flags);
        Assert.Equal(1, code);
        Assert.DoesNotContain("is in", said, StringComparison.Ordinal);
        Assert.Contains(
            "holds another key than the one that this data directory was made with",
            complained,
            StringComparison.Ordinal
        );
        if (other.Length < 20)
            return;
        File.Delete(Path.Combine(scratch.Data, "admin-key.hash")); // as it says
        await using var server = await ServerProcess.StartAsync(scratch, "--admin-key-file", file);
        await using var room = await PermanentRoom.FoundAsync(server.Url, other.Trim());
        Assert.Equal(Role.Owner, room.Role);
    }

    [Fact]
    public async Task A_key_that_could_be_guessed_is_refused()
    {
        var file = scratch.Write("own.key", "swordfish\n");
        string[] flags = ["--urls", "http://127.0.0.1:0", "--data", scratch.Data, "--admin-key-file", file];
        var (code, _, complained) = await ServerProcess.RunAsync(flags);
        Assert.Equal(1, code);
        Assert.Contains("could be guessed. Put a longer one there", complained, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", complained, StringComparison.Ordinal);
        Assert.Equal("swordfish\n", await File.ReadAllTextAsync(file));
    }
}
