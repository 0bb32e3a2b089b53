using Coterie.Protocol.Wire;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Coterie.Hub.Stores;

/// <summary>
/// The writing connection. Never used by two callers at once. What every commit runs is prepared; a stream's row is written
/// once per commit and only if it stands where the first new record continues it, which is what PostgreSQL would lock.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly List<SqliteStatement> statements = [];
    private readonly Dictionary<StreamId, StreamEnd> ends = [];
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement create;
    private readonly SqliteStatement destroy;
    private readonly SqliteStatement truncate;
    private readonly SqliteStatement addManifest;
    private readonly SqliteStatement addDoor;
    private readonly SqliteStatement dropDoors;
    private readonly SqliteStatement dropWraps;
    private readonly SqliteStatement keepWrap;
    private readonly SqliteStatement addSession;
    private readonly SqliteStatement insert;
    private readonly SqliteStatement update;
    private readonly SqliteStatement append;
    private readonly SqliteStatement addBlob;
    private readonly SqliteStatement addChunk;
    private readonly SqliteStatement touchBlob;
    private readonly SqliteStatement dropBlob;
    private readonly SqliteStatement releaseSnapshot;
    private readonly SqliteStatement holdSnapshot;
    private readonly SqliteStatement measure;
    private readonly SqliteStatement forget;
    private readonly SqliteStatement advance;

    public SqliteWriter(SqliteConnection connection)
    {
        this.connection = connection;
        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        create = Prepare("INSERT INTO room (id, incarnation, genesis) VALUES (?1, ?2, ?3)");
        destroy = Prepare("DELETE FROM room WHERE id = ?1");
        truncate = Prepare("PRAGMA wal_checkpoint(TRUNCATE)");
        addManifest = Prepare("INSERT INTO manifest (room, version, bytes) VALUES (?1, ?2, ?3)");
        addDoor = Prepare("INSERT INTO door (room, place, bytes) VALUES (?1, ?2, ?3)");
        dropDoors = Prepare("DELETE FROM door WHERE room = ?1");
        dropWraps = Prepare("DELETE FROM wrap WHERE room = ?1");
        keepWrap = Prepare(
            "INSERT INTO wrap (room, member, bytes) VALUES (?1, ?2, ?3) ON CONFLICT (room, member) DO UPDATE SET bytes = ?3"
        );
        addSession = Prepare(
            "INSERT INTO session (room, id, cert, session) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (room, id) DO NOTHING"
        );
        insert = Prepare(
            "INSERT INTO stream (room, id, seq, head, version, snapshot, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        );
        update = Prepare(
            """
            UPDATE stream SET seq = ?3, head = ?4, version = ?5, snapshot = max(snapshot, ?6), bytes = bytes + ?7
            WHERE room = ?1 AND id = ?2 AND seq = ?8
            """
        );
        append = Prepare("INSERT INTO record (room, stream, seq, head, envelope) VALUES (?1, ?2, ?3, ?4, ?5)");
        addBlob = Prepare("INSERT INTO blob (room, id, bytes, time, hashes) VALUES (?1, ?2, ?3, ?4, ?5)");
        addChunk = Prepare("INSERT INTO chunk (room, blob, place, bytes) VALUES (?1, ?2, ?3, ?4)");
        touchBlob = Prepare("UPDATE blob SET time = ?3 WHERE room = ?1 AND id = ?2");
        dropBlob = Prepare("DELETE FROM blob WHERE room = ?1 AND id = ?2");
        releaseSnapshot = Prepare("UPDATE blob SET snapshot = NULL WHERE room = ?1 AND snapshot = ?2");
        holdSnapshot = Prepare("UPDATE blob SET snapshot = ?3 WHERE room = ?1 AND id = ?2");
        measure = Prepare(
            "SELECT coalesce(sum(length(envelope)), 0) FROM record WHERE room = ?1 AND stream = ?2 AND seq < ?3"
        );
        forget = Prepare("DELETE FROM record WHERE room = ?1 AND stream = ?2 AND seq < ?3");
        advance = Prepare("UPDATE stream SET first = ?3, bytes = bytes - ?4 WHERE room = ?1 AND id = ?2");
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
                WriteBlobs(write);
                Forget(write);
            }
            commit.Execute();
        }
        finally
        {
            // SQLite itself has rolled back where the disk was full; ROLLBACK would then be an error of its own.
            if (raw.sqlite3_get_autocommit(connection.Handle) == 0)
            {
                SqliteStatement.RunOnce(connection, "ROLLBACK");
            }
        }
    }

    public void Destroy(RoomId room)
    {
        destroy.BindId(room.Value).Execute();
        bool busy;
        raw.sqlite3_busy_timeout(connection.Handle, 0); // everybody waits behind this: whoever reads the file is not waited for
        try
        {
            busy = truncate.Step() && truncate.Number(0) != 0;
        }
        finally
        {
            truncate.Reset();
            raw.sqlite3_busy_timeout(connection.Handle, SqliteStore.BusyMilliseconds);
        }
        if (busy)
        {
            throw new StoreException(
                StoreProblem.Failed,
                "The room is deleted, but its bytes remain in rooms.db-wal because another program reads the database. Close that program and destroy the room again."
            );
        }
    }

    public void LimitPages(int pages) => SqliteStatement.RunOnce(connection, $"PRAGMA max_page_count = {pages}");

    public void Dispose()
    {
        foreach (var statement in statements)
        {
            statement.Dispose();
        }
        connection.Dispose();
    }

    private void WriteRoom(RoomWrite write)
    {
        var room = write.Room.Value;
        if (write.Created is { } created)
        {
            create.BindId(room).BindId(created.Incarnation.Value).Bind(created.Genesis).Execute();
        }
        foreach (var manifest in write.Manifests)
        {
            addManifest.BindId(room).Bind((long)manifest.Version).Bind(manifest.Bytes).Execute();
        }
        if (write.Doors is { } doors)
        {
            dropDoors.BindId(room).Execute();
            for (var place = 0; place < doors.Count; place++)
            {
                addDoor.BindId(room).Bind((long)place).Bind(doors[place]).Execute();
            }
        }
        if (write.BeginsEpoch)
        {
            dropWraps.BindId(room).Execute();
        }
        foreach (var wrap in write.Wraps)
        {
            keepWrap.BindId(room).BindId(wrap.Member.Value).Bind(wrap.Bytes).Execute();
        }
        foreach (var session in write.Sessions)
        {
            addSession.BindId(room).BindId(session.Id.Value).Bind(session.Cert).Bind(session.Session).Execute();
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
            statement
                .BindId(write.Room.Value)
                .BindId(stream.Value)
                .Bind((long)end.Seq)
                .Bind(head)
                .Bind((long)end.Version)
                .Bind((long)end.Snapshot)
                .Bind(end.Bytes);
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
            append
                .BindId(write.Room.Value)
                .BindId(entry.Stream.Value)
                .Bind((long)entry.Seq)
                .Bind(head)
                .Bind(entry.Envelope)
                .Execute();
        }
    }

    private void WriteBlobs(RoomWrite write)
    {
        Span<byte> id = stackalloc byte[BlobId.Bytes];
        foreach (var step in write.Blobs)
        {
            step.Blob.CopyTo(id);
            if (step.Offered is { } offered)
            {
                addBlob
                    .BindId(write.Room.Value)
                    .Bind(id)
                    .Bind(offered.Bytes)
                    .Bind((long)offered.Time)
                    .Bind(offered.Hashes)
                    .Execute();
            }
            else if (step.Time is { } time)
            {
                if (step.Bytes is { } bytes)
                {
                    addChunk.BindId(write.Room.Value).Bind(id).Bind((long)step.Index).Bind(bytes).Execute();
                }
                touchBlob.BindId(write.Room.Value).Bind(id).Bind((long)time).Execute();
            }
            else if (step.Snapshot is { } stream)
            {
                releaseSnapshot.BindId(write.Room.Value).BindId(stream.Value).Execute();
                holdSnapshot.BindId(write.Room.Value).Bind(id).BindId(stream.Value).Execute();
            }
            else
            {
                dropBlob.BindId(write.Room.Value).Bind(id).Execute();
            }
        }
    }

    private void Forget(RoomWrite write)
    {
        foreach (var forgotten in write.Forgotten)
        {
            var (stream, before) = (forgotten.Stream.Value, (long)forgotten.Before);
            try
            {
                measure.BindId(write.Room.Value).BindId(stream).Bind(before).Step();
                forgotten.Bytes = measure.Number(0);
            }
            finally
            {
                measure.Reset();
            }
            forget.BindId(write.Room.Value).BindId(stream).Bind(before).Execute();
            advance.BindId(write.Room.Value).BindId(stream).Bind(before).Bind(forgotten.Bytes).Execute();
        }
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(connection, sql);
        statements.Add(statement);
        return statement;
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
