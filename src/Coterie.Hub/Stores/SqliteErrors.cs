using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Coterie.Hub.Stores;

/// <summary>SQLite's result codes in the words of a store.</summary>
internal static class SqliteErrors
{
    /// <summary>With less, SQLite cannot make the files beside its database, and says only that reading or writing failed.</summary>
    private const long LeastFreeBytes = 1024 * 1024;

    /// <param name="freeBytes">On the disk of the data directory, when it failed.</param>
    public static StoreException Translate(SqliteException error, long freeBytes) =>
        error.SqliteErrorCode switch
        {
            raw.SQLITE_IOERR when freeBytes < LeastFreeBytes => Full(error),
            raw.SQLITE_FULL => Full(error),
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => new StoreException(
                StoreProblem.Corrupt,
                "The database rooms.db is damaged or is no SQLite database. Restore it (with rooms.db-wal) from a backup.",
                error
            ),
            raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => new StoreException(
                StoreProblem.Unwritable,
                "The database rooms.db cannot be opened for writing. Give this user the right to write in the data directory.",
                error
            ),
            raw.SQLITE_CONSTRAINT => new StoreException(
                StoreProblem.Conflict,
                "The write does not continue what is stored; load the room again.",
                error
            ),
            _ => new StoreException(
                StoreProblem.Failed,
                $"The database reported: {error.Message} Check the disk that holds the data directory.",
                error
            ),
        };

    private static StoreException Full(SqliteException error) =>
        new(
            StoreProblem.Full,
            "The disk that holds the data directory is full. Free some space; nothing that was acknowledged is lost.",
            error
        );
}
