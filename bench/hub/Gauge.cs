using System.IO.MemoryMappedFiles;

namespace Coterie.Bench.Hub;

/// <summary>
/// Eight bytes that the measured .NET server shares with the generator: how much it has allocated since its start. The
/// server's side is <see cref="StartupHook"/>, which the runtime loads into it by DOTNET_STARTUP_HOOKS; the server itself
/// knows nothing of it. Writing a sample allocates nothing.
/// </summary>
internal sealed class Gauge : IDisposable
{
    public const string Variable = "COTERIE_BENCH_GAUGE";
    public const int SampleMilliseconds = 20;

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    public Gauge(string path)
    {
        file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, sizeof(long));
        view = file.CreateViewAccessor();
    }

    public long AllocatedBytes
    {
        get => view.ReadInt64(0);
        set => view.Write(0, value);
    }

    public void Dispose()
    {
        view.Dispose();
        file.Dispose();
    }
}
