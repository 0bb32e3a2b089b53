using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Coterie.Hub.Stores;

/// <summary>
/// Loads the system's SQLite where there is one, because the bundled one is old (3.35) and gets no fixes; else the bundled one.
/// </summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Loaded = new(Load);

    private static readonly string[] SystemNames = OperatingSystem.IsLinux() ? ["libsqlite3.so.0"] : [];

    public static void Use() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        Batteries_V2.Init();
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name == "e_sqlite3")
        {
            foreach (var candidate in SystemNames)
            {
                if (NativeLibrary.TryLoad(candidate, out var handle))
                {
                    return handle;
                }
            }
        }
        return 0; // the runtime's own search, which finds the bundled one
    }
}
