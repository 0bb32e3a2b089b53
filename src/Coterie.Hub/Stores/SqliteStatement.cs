using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Coterie.Hub.Stores;

/// <summary>
/// A statement that is compiled once and run very often, by one caller at a time. Values are bound in the order of their parameters
/// and copied by SQLite; nothing is allocated.
/// </summary>
/// <exception cref="SqliteException">SQLite refuses; thrown by everything here.</exception>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;
    private int bound;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    public void Bind(ReadOnlySpan<byte> value) => Check(raw.sqlite3_bind_blob(statement, ++bound, value));

    public void Bind(long value) => Check(raw.sqlite3_bind_int64(statement, ++bound, value));

    public void Bind(UInt128 value)
    {
        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        Bind(bytes);
    }

    /// <summary>Runs it and makes it ready to be bound anew.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute()
    {
        bound = 0;
        var result = raw.sqlite3_step(statement);
        var changed = raw.sqlite3_changes(database);
        var again = raw.sqlite3_reset(statement); // says once more what went wrong
        Check(result == raw.SQLITE_DONE ? again : result);
        return changed;
    }

    public void Dispose() => statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            bound = 0; // the next run binds from the first again
            SqliteException.ThrowExceptionForRC(result, database);
        }
    }
}
