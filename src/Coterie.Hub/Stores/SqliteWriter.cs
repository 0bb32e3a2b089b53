using Coterie.Protocol.Wire;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Coterie.Hub.Stores;

/// <summary>
/// The writing connection. Never used by two callers at once. Records go in by prepared statements; a stream's row is written
/// once per commit and only if it stands where the first new record continues it, which is what PostgreSQL would lock.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand insert;
    private readonly SqliteCommand update;
    private readonly SqliteCommand append;
    private readonly Dictionary<StreamId, StreamEnd> ends = [];

    public SqliteWriter(SqliteConnection connection)
    {
        this.connection = connection;
        insert = Prepare(
            "INSERT INTO stream (room, id, seq, head, version, snapshot, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            7
        );
        update = Prepare(
            """
            UPDATE stream SET seq = $3, head = $4, version = $5, snapshot = max(snapshot, $6), bytes = bytes + $7
            WHERE room = $1 AND id = $2 AND seq = $8
            """,
            8
        );
        append = Prepare("INSERT INTO record (room, stream, seq, head, envelope) VALUES ($1, $2, $3, $4, $5)", 5);
    }

    public void Commit(IReadOnlyList<RoomWrite> writes)
    {
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var write in writes)
            {
                WriteRoom(write);
                WriteStreams(write);
            }
            connection.Execute("COMMIT");
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
        var room = Blob.Of(write.Room);
        foreach (var (stream, end) in ends)
        {
            var command = end.Before == 0 ? insert : update;
            Bind(
                command,
                room,
                Blob.Of(stream),
                (long)end.Seq,
                end.Head.ToArray(),
                (long)end.Version,
                (long)end.Snapshot,
                end.Bytes
            );
            if (end.Before != 0)
            {
                command.Parameters[7].Value = (long)end.Before;
            }
            if (command.ExecuteNonQuery() != 1)
            {
                throw new StoreException(
                    StoreProblem.Conflict,
                    "The write does not continue what is stored; load the room again."
                );
            }
        }
        foreach (var entry in write.Entries)
        {
            Bind(append, room, Blob.Of(entry.Stream), (long)entry.Seq, entry.Head.ToArray(), entry.Envelope);
            append.ExecuteNonQuery();
        }
    }

    private SqliteCommand Prepare(string sql, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var index = 1; index <= parameters; index++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = "$" + index, Value = 0L });
        }
        command.Prepare();
        return command;
    }

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            command.Parameters[index].Value = values[index];
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
