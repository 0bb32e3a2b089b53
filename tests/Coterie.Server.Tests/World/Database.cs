using Coterie.Hub.Stores;
using Microsoft.Data.Sqlite;

namespace Coterie.Server.Tests.World;

/// <summary>Statements behind the server's back, on the database of its data directory.</summary>
internal static class Database
{
    /// <summary>Makes a data directory as a first start does.</summary>
    public static async Task MakeAsync(string data) => await SqliteStore.Open(data).DisposeAsync();

    public static void Execute(string data, string statement)
    {
        SqliteLibrary.Use(); // before the first connection: two copies of SQLite in one process crash it
        using var connection = new SqliteConnection($"Data Source={data}/rooms.db;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
