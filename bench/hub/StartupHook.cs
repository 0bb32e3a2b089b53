using System.Diagnostics.CodeAnalysis;
using Coterie.Bench.Hub;

/// <summary>Runs inside the measured server: see <see cref="Gauge"/>. The runtime finds it by this very name, in no namespace.</summary>
[SuppressMessage("Design", "MA0047", Justification = "The runtime looks for this name in no namespace.")]
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Gauge.Variable) is not { Length: > 0 } path)
            return;
        var gauge = new Gauge(path);
        var wait = new AutoResetEvent(false);
        var sampler = new Thread(() =>
        {
            while (!wait.WaitOne(Gauge.SampleMilliseconds))
                gauge.AllocatedBytes = GC.GetTotalAllocatedBytes(precise: false);
        });
        sampler.IsBackground = true;
        sampler.Start();
    }
}
