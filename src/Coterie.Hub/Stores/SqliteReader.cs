using Coterie.Protocol.Wire;
using Microsoft.Data.Sqlite;

namespace Coterie.Hub.Stores;

/// <summary>One reading connection with its statements; used by one caller at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly List<SqliteStatement> statements = [];
    private readonly SqliteStatement begin;
    private readonly SqliteStatement end;
    private readonly SqliteStatement rooms;
    private readonly SqliteStatement has;
    private readonly SqliteStatement room;
    private readonly SqliteStatement manifests;
    private readonly SqliteStatement doors;
    private readonly SqliteStatement wraps;
    private readonly SqliteStatement sessions;
    private readonly SqliteStatement streams;
    private readonly SqliteStatement blobs;
    private readonly SqliteStatement chunks;
    private readonly SqliteStatement chunk;
    private readonly SqliteStatement page;

    public SqliteReader(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        connection.Open();
        SqliteStatement.RunOnce(
            connection,
            $"PRAGMA query_only = ON; PRAGMA busy_timeout = {SqliteStore.BusyMilliseconds}"
        );
        begin = Prepare("BEGIN");
        end = Prepare("COMMIT");
        rooms = Prepare("SELECT count(*) FROM room");
        has = Prepare("SELECT 1 FROM room WHERE id = ?1");
        room = Prepare("SELECT incarnation, genesis FROM room WHERE id = ?1");
        manifests = Prepare("SELECT bytes FROM manifest WHERE room = ?1 ORDER BY version");
        doors = Prepare("SELECT bytes FROM door WHERE room = ?1 ORDER BY place");
        wraps = Prepare("SELECT member, bytes FROM wrap WHERE room = ?1");
        sessions = Prepare("SELECT id, cert, session FROM session WHERE room = ?1");
        streams = Prepare("SELECT id, seq, head, version, snapshot, first, bytes FROM stream WHERE room = ?1");
        blobs = Prepare("SELECT id, bytes, time, hashes, snapshot FROM blob WHERE room = ?1");
        chunks = Prepare("SELECT blob, place FROM chunk WHERE room = ?1");
        chunk = Prepare("SELECT bytes FROM chunk WHERE room = ?1 AND blob = ?2 AND place = ?3");
        page = Prepare(
            "SELECT seq, head, envelope FROM record WHERE room = ?1 AND stream = ?2 AND seq >= ?3 AND seq <= ?4 ORDER BY seq"
        );
    }

    /// <summary>The row at After gives its head, the rows behind it their envelopes.</summary>
    public LogPage Page(PageQuery query)
    {
        Digest? before = null;
        var envelopes = new List<byte[]>();
        var bytes = 0;
        try
        {
            page.BindId(query.Room.Value).BindId(query.Stream.Value).Bind((long)query.After).Bind((long)query.To);
            while (page.Step())
            {
                if ((ulong)page.Number(0) == query.After)
                {
                    before = Digest.Read(page.Blob(1));
                    continue;
                }
                var envelope = page.Blob(2);
                bytes += envelope.Length;
                if (bytes > query.MaxBytes && envelopes.Count > 0)
                {
                    break;
                }
                envelopes.Add(envelope.ToArray());
            }
        }
        finally
        {
            page.Reset();
        }
        return new LogPage(before, envelopes);
    }

    /// <summary>All tables are read in one transaction: a commit in between would tear manifests from streams.</summary>
    public StoredRoom? Load(RoomId id)
    {
        begin.Execute();
        try
        {
            var found = Rows(room, id, row => (IncarnationId.Read(row.Blob(0)), row.Blob(1).ToArray()));
            return found is not [var (incarnation, genesis)]
                ? null
                : new StoredRoom(
                    incarnation,
                    genesis,
                    Rows(manifests, id, row => row.Blob(0).ToArray()),
                    Rows(doors, id, row => row.Blob(0).ToArray()),
                    Rows(wraps, id, row => new StoredWrap(MemberId.Read(row.Blob(0)), row.Blob(1).ToArray())),
                    Rows(
                        sessions,
                        id,
                        row => new StoredSession(
                            SessionId.Read(row.Blob(0)),
                            row.Blob(1).ToArray(),
                            row.Blob(2).ToArray()
                        )
                    ),
                    Rows(
                        streams,
                        id,
                        row => new StoredStream(
                            StreamId.Read(row.Blob(0)),
                            (ulong)row.Number(1),
                            Digest.Read(row.Blob(2)),
                            (uint)row.Number(3),
                            (ulong)row.Number(4),
                            (ulong)row.Number(5),
                            row.Number(6)
                        )
                    ),
                    Blobs(id)
                );
        }
        finally
        {
            end.Execute();
        }
    }

    public byte[]? Chunk(ChunkQuery query)
    {
        Span<byte> blob = stackalloc byte[BlobId.Bytes];
        query.Blob.CopyTo(blob);
        try
        {
            chunk.BindId(query.Room.Value).Bind(blob).Bind((long)query.Index);
            return chunk.Step() ? chunk.Blob(0).ToArray() : null;
        }
        finally
        {
            chunk.Reset();
        }
    }

    public bool Has(RoomId id)
    {
        try
        {
            return has.BindId(id.Value).Step();
        }
        finally
        {
            has.Reset();
        }
    }

    public long CountRooms()
    {
        try
        {
            rooms.Step();
            return rooms.Number(0);
        }
        finally
        {
            rooms.Reset();
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements)
        {
            statement.Dispose();
        }
        connection.Dispose();
    }

    private List<StoredBlob> Blobs(RoomId id)
    {
        var have = Rows(chunks, id, row => (Blob: BlobId.Read(row.Blob(0)), Index: (int)row.Number(1)))
            .ToLookup(one => one.Blob, one => one.Index);
        return Rows(
            blobs,
            id,
            row =>
            {
                var blob = BlobId.Read(row.Blob(0));
                return new StoredBlob(
                    blob,
                    row.Number(1),
                    (ulong)row.Number(2),
                    row.Blob(3).ToArray(),
                    [.. have[blob]],
                    row.Blob(4) is { IsEmpty: false } stream ? StreamId.Read(stream) : null
                );
            }
        );
    }

    private SqliteStatement Prepare(string sql)
    {
        var statement = new SqliteStatement(connection, sql);
        statements.Add(statement);
        return statement;
    }

    private static List<T> Rows<T>(SqliteStatement statement, RoomId id, Func<SqliteStatement, T> read)
    {
        var rows = new List<T>();
        try
        {
            statement.BindId(id.Value);
            while (statement.Step())
            {
                rows.Add(read(statement));
            }
        }
        finally
        {
            statement.Reset();
        }
        return rows;
    }
}
