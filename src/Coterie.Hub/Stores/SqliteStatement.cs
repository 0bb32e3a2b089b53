using Coterie.Protocol.Wire;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Coterie.Hub.Stores;

/// <summary>
/// A statement that is compiled when it is first run, and run often, by one caller at a time, with SQLite's own calls (decision 0017). Values are bound
/// in the order of their parameters and copied by SQLite.
/// </summary>
/// <exception cref="SqliteException">SQLite refuses; thrown by everything here.</exception>
internal sealed class SqliteStatement(SqliteConnection connection, string sql) : IDisposable
{
    private readonly sqlite3 database = connection.Handle!;
    private sqlite3_stmt? compiled;
    private int bound;

    /// <summary>Runs statements without parameters, once; rows are not looked at.</summary>
    public static void RunOnce(SqliteConnection connection, string sql)
    {
        var result = raw.sqlite3_exec(connection.Handle, sql);
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, connection.Handle);
        }
    }

    public SqliteStatement Bind(ReadOnlySpan<byte> value)
    {
        Check(raw.sqlite3_bind_blob(Compiled(), ++bound, value));
        return this;
    }

    public SqliteStatement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(Compiled(), ++bound, value));
        return this;
    }

    /// <summary>An id, as 16 bytes.</summary>
    public SqliteStatement BindId(Bits128 value)
    {
        Span<byte> bytes = stackalloc byte[Bits128.Bytes];
        value.CopyTo(bytes);
        return Bind(bytes);
    }

    /// <summary>Runs it and makes it ready to be bound anew.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute()
    {
        var result = raw.sqlite3_step(Compiled());
        var changed = raw.sqlite3_changes(database);
        var again = Reset(); // says once more what went wrong
        Check(result is raw.SQLITE_DONE or raw.SQLITE_ROW ? again : result);
        return changed;
    }

    /// <summary>Goes to the next row, whose columns can then be read; false behind the last. <see cref="Reset"/> when done with it.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(Compiled());
        Check(result is raw.SQLITE_DONE or raw.SQLITE_ROW ? raw.SQLITE_OK : result);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>A column of the row, good until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(Compiled(), column);

    public long Number(int column) => raw.sqlite3_column_int64(Compiled(), column);

    /// <summary>Ready to be bound and run anew.</summary>
    public int Reset()
    {
        bound = 0;
        return compiled is null ? raw.SQLITE_OK : raw.sqlite3_reset(compiled);
    }

    public void Dispose() => compiled?.Dispose();

    private sqlite3_stmt Compiled()
    {
        if (compiled is null)
        {
            Check(raw.sqlite3_prepare_v2(database, sql, out var made));
            compiled = made;
        }
        return compiled;
    }

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            bound = 0; // the next run binds from the first again
            SqliteException.ThrowExceptionForRC(result, database);
        }
    }
}
