using Microsoft.Data.Sqlite;

namespace Coterie.Hub.Stores;

/// <summary>
/// The tables, as numbered steps that are applied once and never edited. The version lies in the table `schema`, so that the
/// same steps can run on PostgreSQL (BLOB is BYTEA there).
/// </summary>
internal static class SqliteSchema
{
    private static readonly string[] Steps =
    [
        """
            CREATE TABLE room (
                id BLOB PRIMARY KEY,
                incarnation BLOB NOT NULL,
                genesis BLOB NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE manifest (
                room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE,
                version BIGINT NOT NULL,
                bytes BLOB NOT NULL,
                PRIMARY KEY (room, version)
            ) WITHOUT ROWID;
            CREATE TABLE door (
                room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE,
                place BIGINT NOT NULL,
                bytes BLOB NOT NULL,
                PRIMARY KEY (room, place)
            ) WITHOUT ROWID;
            CREATE TABLE session (
                room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE,
                id BLOB NOT NULL,
                cert BLOB NOT NULL,
                session BLOB NOT NULL,
                PRIMARY KEY (room, id)
            ) WITHOUT ROWID;
            CREATE TABLE stream (
                room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE,
                id BLOB NOT NULL,
                seq BIGINT NOT NULL,
                head BLOB NOT NULL,
                version BIGINT NOT NULL,
                snapshot BIGINT NOT NULL,
                bytes BIGINT NOT NULL,
                PRIMARY KEY (room, id)
            ) WITHOUT ROWID;
            CREATE TABLE record (
                room BLOB NOT NULL,
                stream BLOB NOT NULL,
                seq BIGINT NOT NULL,
                head BLOB NOT NULL,
                envelope BLOB NOT NULL,
                PRIMARY KEY (room, stream, seq),
                FOREIGN KEY (room, stream) REFERENCES stream (room, id) ON DELETE CASCADE
            ) WITHOUT ROWID;
            """,
        """
            CREATE TABLE wrap (
                room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE,
                member BLOB NOT NULL,
                bytes BLOB NOT NULL,
                PRIMARY KEY (room, member)
            ) WITHOUT ROWID;
            """,
        """
            CREATE TABLE blob (
                room BLOB NOT NULL REFERENCES room (id) ON DELETE CASCADE,
                id BLOB NOT NULL,
                bytes BIGINT NOT NULL,
                time BIGINT NOT NULL,
                hashes BLOB NOT NULL,
                snapshot BLOB,
                PRIMARY KEY (room, id)
            ) WITHOUT ROWID;
            CREATE TABLE chunk (
                room BLOB NOT NULL,
                blob BLOB NOT NULL,
                place BIGINT NOT NULL,
                bytes BLOB NOT NULL,
                PRIMARY KEY (room, blob, place),
                FOREIGN KEY (room, blob) REFERENCES blob (room, id) ON DELETE CASCADE
            );
            """,
        "ALTER TABLE stream ADD COLUMN first BIGINT NOT NULL DEFAULT 1",
    ];

    public static long Newest => Steps.Length;

    public static void Apply(SqliteConnection connection)
    {
        SqliteStatement.RunOnce(
            connection,
            "BEGIN IMMEDIATE; CREATE TABLE IF NOT EXISTS schema (version BIGINT NOT NULL)"
        );
        var version = VersionOf(connection);
        if (version > Newest)
        {
            throw new StoreException(
                StoreProblem.NewerSchema,
                $"The data was written by a newer coterie: its schema version is {version}, this program knows {Newest}. "
                    + "Start the newer program, or restore a backup made before the update."
            );
        }
        using var insert = new SqliteStatement(connection, "INSERT INTO schema (version) VALUES (?1)");
        for (var step = version; step < Newest; step++)
        {
            SqliteStatement.RunOnce(connection, Steps[(int)step]);
            insert.Bind(step + 1).Execute();
        }
        SqliteStatement.RunOnce(connection, "COMMIT"); // where something failed, closing the connection rolls back
    }

    private static long VersionOf(SqliteConnection connection)
    {
        using var newest = new SqliteStatement(connection, "SELECT coalesce(max(version), 0) FROM schema");
        newest.Step();
        return newest.Number(0);
    }
}
