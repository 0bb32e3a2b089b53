using Coterie.Protocol.Wire;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Coterie.Hub.Stores;

/// <summary>One reading connection with its prepared page query; used by one caller at a time.</summary>
internal sealed class SqliteReader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteCommand page;

    public SqliteReader(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        connection.Open();
        connection.Execute("PRAGMA query_only = ON");
        page = connection.CreateCommand();
        page.CommandText =
            "SELECT seq, head, envelope FROM record WHERE room = $room AND stream = $stream AND seq >= $after AND seq <= $to ORDER BY seq";
        page.Parameters.Add("$room", SqliteType.Blob);
        page.Parameters.Add("$stream", SqliteType.Blob);
        page.Parameters.Add("$after", SqliteType.Integer);
        page.Parameters.Add("$to", SqliteType.Integer);
        page.Prepare();
    }

    /// <summary>The row at After gives its head, the rows behind it their envelopes.</summary>
    public LogPage Page(PageQuery query)
    {
        page.Parameters[0].Value = Blob.Of(query.Room);
        page.Parameters[1].Value = Blob.Of(query.Stream);
        page.Parameters[2].Value = (long)query.After;
        page.Parameters[3].Value = (long)query.To;
        Digest? before = null;
        var envelopes = new List<byte[]>();
        var bytes = 0;
        using var rows = page.ExecuteReader();
        while (rows.Read())
        {
            if ((ulong)rows.GetInt64(0) == query.After)
            {
                before = Digest.Read(rows.GetFieldValue<byte[]>(1));
                continue;
            }
            var envelope = rows.GetFieldValue<byte[]>(2);
            bytes += envelope.Length;
            if (bytes > query.MaxBytes && envelopes.Count > 0)
            {
                break;
            }
            envelopes.Add(envelope);
        }
        return new LogPage(before, envelopes);
    }

    /// <summary>All tables are read in one transaction: a commit in between would tear manifests from streams.</summary>
    public StoredRoom? Load(RoomId id)
    {
        using var transaction = connection.BeginTransaction(deferred: true);
        var key = new { Room = Blob.Of(id) };
        var room = connection.QuerySingleOrDefault<RoomRow>(
            "SELECT incarnation, genesis FROM room WHERE id = @Room",
            key,
            transaction
        );
        return room is null
            ? null
            : new StoredRoom(
                IncarnationId.Read(room.Incarnation),
                room.Genesis,
                connection
                    .Query<byte[]>("SELECT bytes FROM manifest WHERE room = @Room ORDER BY version", key, transaction)
                    .AsList(),
                connection
                    .Query<byte[]>("SELECT bytes FROM door WHERE room = @Room ORDER BY place", key, transaction)
                    .AsList(),
                [
                    .. connection
                        .Query<SessionRow>("SELECT id, cert, session FROM session WHERE room = @Room", key, transaction)
                        .Select(row => new StoredSession(SessionId.Read(row.Id), row.Cert, row.Session)),
                ],
                [
                    .. connection
                        .Query<StreamRow>(
                            "SELECT id, seq, head, version, snapshot, bytes FROM stream WHERE room = @Room",
                            key,
                            transaction
                        )
                        .Select(row => row.ToStream()),
                ]
            );
    }

    public long CountRooms() => connection.ExecuteScalar<long>("SELECT count(*) FROM room");

    public void Dispose()
    {
        page.Dispose();
        connection.Dispose();
    }

    private sealed record RoomRow(byte[] Incarnation, byte[] Genesis);

    private sealed record SessionRow(byte[] Id, byte[] Cert, byte[] Session);

    private sealed record StreamRow(byte[] Id, long Seq, byte[] Head, long Version, long Snapshot, long Bytes)
    {
        public StoredStream ToStream() =>
            new(StreamId.Read(Id), (ulong)Seq, Digest.Read(Head), (uint)Version, (ulong)Snapshot, Bytes);
    }
}
