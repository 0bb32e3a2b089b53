using Coterie.Protocol.Wire;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Coterie.Hub.Stores;

/// <summary>
/// The writing connection. Never used by two callers at once. What every commit runs is prepared; a stream's row is written
/// once per commit and only if it stands where the first new record continues it, which is what PostgreSQL would lock.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int BusyMilliseconds = 30_000; // another program holds the file: commits wait so long before they fail
    private readonly SqliteConnection connection;
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement insert;
    private readonly SqliteStatement update;
    private readonly SqliteStatement append;
    private readonly Dictionary<StreamId, StreamEnd> ends = [];

    public SqliteWriter(SqliteConnection connection)
    {
        this.connection = connection;
        raw.sqlite3_busy_timeout(connection.Handle, BusyMilliseconds);
        begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        commit = new SqliteStatement(connection, "COMMIT");
        insert = new SqliteStatement(
            connection,
            "INSERT INTO stream (room, id, seq, head, version, snapshot, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        );
        update = new SqliteStatement(
            connection,
            """
            UPDATE stream SET seq = ?3, head = ?4, version = ?5, snapshot = max(snapshot, ?6), bytes = bytes + ?7
            WHERE room = ?1 AND id = ?2 AND seq = ?8
            """
        );
        append = new SqliteStatement(
            connection,
            "INSERT INTO record (room, stream, seq, head, envelope) VALUES (?1, ?2, ?3, ?4, ?5)"
        );
    }

    public void Commit(IReadOnlyList<RoomWrite> writes)
    {
        begin.Execute();
        try
        {
            foreach (var write in writes)
            {
                WriteRoom(write);
                WriteStreams(write);
            }
            commit.Execute();
        }
        finally
        {
            // SQLite itself has rolled back where the disk was full; ROLLBACK would then be an error of its own.
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
            {
                connection.Execute("ROLLBACK");
            }
        }
    }

    public void Destroy(RoomId room)
    {
        connection.Execute("DELETE FROM room WHERE id = @Room", new { Room = Blob.Of(room) });
        var (busy, _, _) = connection.QuerySingle<(long Busy, long Log, long Checkpointed)>(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        );
        if (busy != 0)
        {
            throw new StoreException(
                StoreProblem.Failed,
                "The room is deleted, but its bytes remain in rooms.db-wal because another program reads the database. Close that program and destroy the room again."
            );
        }
    }

    public void LimitPages(int pages) => connection.Execute($"PRAGMA max_page_count = {pages}");

    public void Dispose()
    {
        begin.Dispose();
        commit.Dispose();
        insert.Dispose();
        update.Dispose();
        append.Dispose();
        connection.Dispose();
    }

    private void WriteRoom(RoomWrite write)
    {
        var room = Blob.Of(write.Room);
        if (write.Created is { } created)
        {
            var incarnation = new byte[16];
            created.Incarnation.CopyTo(incarnation);
            connection.Execute(
                "INSERT INTO room (id, incarnation, genesis) VALUES (@Room, @Incarnation, @Genesis)",
                new
                {
                    Room = room,
                    Incarnation = incarnation,
                    created.Genesis,
                }
            );
        }
        foreach (var manifest in write.Manifests)
        {
            connection.Execute(
                "INSERT INTO manifest (room, version, bytes) VALUES (@Room, @Version, @Bytes)",
                new
                {
                    Room = room,
                    Version = (long)manifest.Version,
                    manifest.Bytes,
                }
            );
        }
        if (write.Doors is { } doors)
        {
            connection.Execute("DELETE FROM door WHERE room = @Room", new { Room = room });
            for (var place = 0; place < doors.Count; place++)
            {
                connection.Execute(
                    "INSERT INTO door (room, place, bytes) VALUES (@Room, @Place, @Bytes)",
                    new
                    {
                        Room = room,
                        Place = place,
                        Bytes = doors[place],
                    }
                );
            }
        }
        foreach (var session in write.Sessions)
        {
            connection.Execute(
                "INSERT INTO session (room, id, cert, session) VALUES (@Room, @Id, @Cert, @Session) ON CONFLICT (room, id) DO NOTHING",
                new
                {
                    Room = room,
                    Id = Blob.Of(session.Id),
                    session.Cert,
                    session.Session,
                }
            );
        }
    }

    private void WriteStreams(RoomWrite write)
    {
        ends.Clear();
        foreach (var entry in write.Entries)
        {
            ends[entry.Stream] = ends.TryGetValue(entry.Stream, out var end) ? end.After(entry) : StreamEnd.From(entry);
        }
        Span<byte> head = stackalloc byte[Digest.Bytes];
        foreach (var (stream, end) in ends)
        {
            var statement = end.Before == 0 ? insert : update;
            end.Head.CopyTo(head);
            statement.Bind(write.Room.Value);
            statement.Bind(stream.Value);
            statement.Bind((long)end.Seq);
            statement.Bind(head);
            statement.Bind((long)end.Version);
            statement.Bind((long)end.Snapshot);
            statement.Bind(end.Bytes);
            if (end.Before != 0)
            {
                statement.Bind((long)end.Before);
            }
            if (statement.Execute() != 1)
            {
                throw new StoreException(
                    StoreProblem.Conflict,
                    "The write does not continue what is stored; load the room again."
                );
            }
        }
        foreach (var entry in write.Entries)
        {
            entry.Head.CopyTo(head);
            append.Bind(write.Room.Value);
            append.Bind(entry.Stream.Value);
            append.Bind((long)entry.Seq);
            append.Bind(head);
            append.Bind(entry.Envelope);
            append.Execute();
        }
    }

    /// <summary>How one commit moves a stream on. Before is the seq that its first record continues.</summary>
    private readonly record struct StreamEnd(
        ulong Before,
        ulong Seq,
        Digest Head,
        uint Version,
        ulong Snapshot,
        long Bytes
    )
    {
        public static StreamEnd From(in LogEntry first) =>
            new(
                first.Seq - 1,
                first.Seq,
                first.Head,
                first.Version,
                first.IsSnapshot ? first.Seq : 0,
                first.Envelope.Length
            );

        public StreamEnd After(in LogEntry next) =>
            next.Seq == Seq + 1
                ? new StreamEnd(
                    Before,
                    next.Seq,
                    next.Head,
                    next.Version,
                    next.IsSnapshot ? next.Seq : Snapshot,
                    Bytes + next.Envelope.Length
                )
                : throw new StoreException(
                    StoreProblem.Conflict,
                    "The records that a commit adds to one stream are not in a row."
                );
    }
}
