using System.Diagnostics;
using System.Text;
using Coterie.Hub.Stores;
using Coterie.Protocol.Wire;
using Microsoft.Data.Sqlite;

namespace Coterie.Hub.Tests.Stores;

public sealed class SqliteStoreTests : RoomStoreContract
{
    private readonly string directory = Directory.CreateTempSubdirectory("coterie-store-").FullName;

    protected override ValueTask<IRoomStore> OpenAsync() =>
        ValueTask.FromResult<IRoomStore>(SqliteStore.Open(directory));

    protected override async ValueTask ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = SqliteStore.Open(directory);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task H5_no_byte_of_a_destroyed_room_is_left_in_any_file()
    {
        var secret = Encoding.ASCII.GetBytes("these bytes must not survive");
        var kept = Encoding.ASCII.GetBytes("these bytes belong to another room");
        var doomed = StoreFacts.Creation(Room);
        var other = StoreFacts.Creation(new RoomId(8));
        doomed.Manifests.Add(new StoredManifest(2, secret));
        doomed.Doors = [secret];
        doomed.Sessions.Add(new StoredSession(new SessionId(1), secret, secret));
        foreach (var entry in StoreFacts.Entries(Stream, 1, 300))
        {
            doomed.Entries.Add(entry with { Envelope = [.. secret, .. new byte[entry.Seq * 20]] });
            other.Entries.Add(entry with { Envelope = kept });
        }
        await Store.CommitAsync([doomed, other]);
        Assert.True(Contains(secret));

        await Store.DestroyAsync(Room);

        Assert.False(Contains(secret));
        Assert.True(Contains(kept));
        await ReopenAsync();
        Assert.False(Contains(secret));
        Assert.Equal(300UL, Assert.Single((await Store.LoadAsync(new RoomId(8)))!.Streams).Seq);
    }

    [Fact]
    public async Task The_newest_SQLite_of_the_machine_is_used_with_a_fully_synchronous_log()
    {
        await AppendAsync(1, 1);
        await using var connection = new SqliteConnection($"Data Source={directory}/rooms.db;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode";
        Assert.Equal("wal", command.ExecuteScalar());
        if (File.Exists("/usr/lib/x86_64-linux-gnu/libsqlite3.so.0"))
        {
            Assert.True(new Version(connection.ServerVersion) > new Version(3, 36), connection.ServerVersion);
        }
    }

    [Fact]
    public void A_directory_in_use_is_refused_with_what_to_do()
    {
        var error = Assert.Throws<StoreException>(() => SqliteStore.Open(directory));
        Assert.Equal(StoreProblem.InUse, error.Problem);
        Assert.Contains("another coterie process", error.Message, StringComparison.Ordinal);
        Assert.Contains(directory, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_newer_schema_is_refused_with_both_versions()
    {
        await Store.DisposeAsync();
        using (var connection = new SqliteConnection($"Data Source={directory}/rooms.db;Pooling=false"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO schema (version) VALUES (41)";
            command.ExecuteNonQuery();
        }
        var error = Assert.Throws<StoreException>(() => SqliteStore.Open(directory));
        Assert.Equal(StoreProblem.NewerSchema, error.Problem);
        Assert.Contains("version is 41, this program knows 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_as_corrupt()
    {
        await Store.DisposeAsync();
        await File.WriteAllBytesAsync(
            Path.Combine(directory, "rooms.db"),
            Encoding.ASCII.GetBytes(new string('x', 8192)),
            TestContext.Current.CancellationToken
        );
        var error = Assert.Throws<StoreException>(() => SqliteStore.Open(directory));
        Assert.Equal(StoreProblem.Corrupt, error.Problem);
        Assert.Contains("backup", error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(directory, "rooms.db"));
        Store = SqliteStore.Open(directory); // the lock was given back
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused_as_unwritable()
    {
        var file = Path.Combine(directory, "a file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<StoreException>(() => SqliteStore.Open(Path.Combine(file, "data")));
        Assert.Equal(StoreProblem.Unwritable, error.Problem);
        Assert.Contains("--data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_fails_the_commit_and_leaves_the_last_durable_state()
    {
        await AppendAsync(1, 3);
        ((SqliteStore)Store).LimitPages(40);
        var big = StoreFacts.Entry(Stream, 4) with { Envelope = new byte[400_000] };
        var error = await Assert.ThrowsAsync<StoreException>(async () => await Store.CommitAsync([With(Room, [big])]));
        Assert.Equal(StoreProblem.Full, error.Problem);
        Assert.Contains("Free some space", error.Message, StringComparison.Ordinal);
        Assert.Equal(3UL, Assert.Single((await Store.LoadAsync(Room))!.Streams).Seq);
        await AppendAsync(4, 1);
        Assert.Equal(4UL, Assert.Single((await Store.LoadAsync(Room))!.Streams).Seq);
    }

    [Theory]
    [InlineData(0, StoreProblem.Full)]
    [InlineData(1 << 30, StoreProblem.Failed)]
    public void What_cannot_be_written_where_nothing_is_free_is_a_full_disk(long freeBytes, StoreProblem problem)
    {
        var error = new Microsoft.Data.Sqlite.SqliteException("disk I/O error", SQLitePCL.raw.SQLITE_IOERR);
        Assert.Equal(problem, SqliteErrors.Translate(error, freeBytes).Problem);
    }

    [Fact]
    public async Task A_full_file_system_fails_the_commit_too()
    {
        var mount = Path.Combine(directory, "tiny");
        Directory.CreateDirectory(mount);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", mount), "needs the right to mount");
        try
        {
            await using var tiny = SqliteStore.Open(Path.Combine(mount, "data"));
            await tiny.CommitAsync([StoreFacts.Creation(Room)]);
            var big = StoreFacts.Entry(Stream, 1) with { Envelope = new byte[900_000] };
            var error = await Assert.ThrowsAsync<StoreException>(async () =>
                await tiny.CommitAsync([With(Room, [big])])
            );
            Assert.Equal(StoreProblem.Full, error.Problem);
            Assert.Empty((await tiny.LoadAsync(Room))!.Streams);
            await tiny.CommitAsync([With(Room, StoreFacts.Entries(Stream, 1, 2))]);
        }
        finally
        {
            Run("umount", mount);
        }
    }

    private bool Contains(byte[] bytes) =>
        Directory
            .EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Any(file => Read(file).AsSpan().IndexOf(bytes) >= 0);

    private static byte[] Read(string file)
    {
        if (Path.GetFileName(file) == "coterie.lock")
        {
            return [];
        }
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardError = true, UseShellExecute = false }
        );
        process!.WaitForExit();
        return process.ExitCode == 0;
    }
}
