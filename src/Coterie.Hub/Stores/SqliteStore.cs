using System.Collections.Concurrent;
using Coterie.Protocol.Wire;
using Microsoft.Data.Sqlite;

namespace Coterie.Hub.Stores;

/// <summary>
/// Rooms in one SQLite file, rooms.db, in a data directory that this process alone holds. Write-ahead log, synchronous=FULL:
/// a commit ends after its fsync. secure_delete: what is destroyed is overwritten, and the log is truncated. One writing
/// connection (the committer's), as many reading ones as read at once; erasing waits for the readers and holds off new ones.
/// </summary>
public sealed class SqliteStore : IRoomStore
{
    /// <summary>Where another program holds the file, reading and writing wait so long before they fail.</summary>
    internal const int BusyMilliseconds = 30_000;

    /// <summary>For what one turn of a room can bring, and what SQLite writes beside it.</summary>
    private const long SpareBytes = 4 * 1024 * 1024;

    private readonly DataDirectory directory;
    private readonly string connectionString;
    private readonly SqliteWriter writer;
    private readonly ConcurrentBag<SqliteReader> idleReaders = [];
    private readonly ReaderWriterLockSlim erasing = new();

    private SqliteStore(DataDirectory directory, string connectionString, SqliteConnection connection)
    {
        this.directory = directory;
        this.connectionString = connectionString;
        writer = new SqliteWriter(connection);
    }

    /// <summary>Opens the store, creating the directory and the tables where they are missing.</summary>
    /// <exception cref="StoreException">InUse, Unwritable, Corrupt, NewerSchema, Full or Failed.</exception>
    public static SqliteStore Open(string path)
    {
        SqliteLibrary.Use();
        var held = DataDirectory.Open(path);
        SqliteConnection? connection = null;
        try
        {
            var source = new SqliteConnectionStringBuilder
            {
                DataSource = Path.Combine(held.Path, "rooms.db"),
                Pooling = false,
            }.ToString();
            connection = new SqliteConnection(source);
            connection.Open();
            SqliteStatement.RunOnce(
                connection,
                $"""
                PRAGMA busy_timeout = {BusyMilliseconds};
                PRAGMA journal_mode = WAL;
                PRAGMA synchronous = FULL;
                PRAGMA secure_delete = ON;
                PRAGMA foreign_keys = ON;
                """
            );
            SqliteSchema.Apply(connection);
            return new SqliteStore(held, source, connection);
        }
        catch (SqliteException error)
        {
            var problem = SqliteErrors.Translate(error, held.FreeBytes);
            connection?.Dispose();
            held.Dispose();
            throw problem;
        }
        catch (StoreException)
        {
            connection?.Dispose();
            held.Dispose();
            throw;
        }
    }

    public ValueTask<StoredRoom?> LoadAsync(RoomId room) => ValueTask.FromResult(Read(reader => reader.Load(room)));

    public ValueTask<bool> HasAsync(RoomId room) => ValueTask.FromResult(Read(reader => reader.Has(room)));

    public ValueTask<LogPage> ReadAsync(PageQuery query) => ValueTask.FromResult(Read(reader => reader.Page(query)));

    public ValueTask<byte[]?> ReadAsync(ChunkQuery query) => ValueTask.FromResult(Read(reader => reader.Chunk(query)));

    public ValueTask<long> CountRoomsAsync() => ValueTask.FromResult(Read(reader => reader.CountRooms()));

    public bool HasSpace => directory.FreeBytes >= SpareBytes;

    public ValueTask CommitAsync(IReadOnlyList<RoomWrite> writes)
    {
        try
        {
            writer.Commit(writes);
            return ValueTask.CompletedTask;
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(error, directory.FreeBytes);
        }
    }

    public ValueTask DestroyAsync(RoomId room)
    {
        erasing.EnterWriteLock();
        try
        {
            writer.Destroy(room);
            return ValueTask.CompletedTask;
        }
        catch (SqliteException error)
        {
            throw SqliteErrors.Translate(error, directory.FreeBytes);
        }
        finally
        {
            erasing.ExitWriteLock();
        }
    }

    /// <summary>Bounds the file: at the bound a commit fails as on a full disk. One page is 4 KiB.</summary>
    internal void LimitPages(int pages) => writer.LimitPages(pages);

    public ValueTask DisposeAsync()
    {
        foreach (var reader in idleReaders)
        {
            reader.Dispose();
        }
        writer.Dispose();
        erasing.Dispose();
        directory.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Read<T>(Func<SqliteReader, T> read)
    {
        erasing.EnterReadLock();
        SqliteReader? reader = null;
        try
        {
            reader = idleReaders.TryTake(out var idle) ? idle : new SqliteReader(connectionString);
            var value = read(reader);
            idleReaders.Add(reader);
            return value;
        }
        catch (SqliteException error)
        {
            reader?.Dispose();
            throw SqliteErrors.Translate(error, directory.FreeBytes);
        }
        finally
        {
            erasing.ExitReadLock();
        }
    }
}
