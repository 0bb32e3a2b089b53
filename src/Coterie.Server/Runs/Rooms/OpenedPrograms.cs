namespace Coterie.Server.Runs.Rooms;

/// <summary>
/// What the programs of a server run in: opened when somebody first asks. Where nothing runs, it is opened anew when somebody asks behind a pause that
/// grows: an engine is started, or what is missing is installed, while the server goes on. One opening goes on at a time. Any thread.
/// </summary>
/// <param name="open">Must not throw where nothing runs: that is a <see cref="Programs.Problem"/>.</param>
internal sealed class OpenedPrograms(TimeProvider clock, Func<Task<Programs>> open) : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2); // of who asks meanwhile: then they are told what was

    private readonly Lock gate = new();
    private Task<Programs>? first;
    private Programs? opened; // what was opened last
    private Task? again;
    private long endedAt;
    private TimeSpan pause = FirstPause;

    public async Task<Programs> AskAsync()
    {
        Task<Programs> begun;
        lock (gate)
            begun = first ??= OpenAsync();
        await begun;
        Task? anew;
        lock (gate)
        {
            if (again is null && opened!.MayCome && clock.GetElapsedTime(endedAt) >= pause)
            {
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
                again = OpenAsync();
            }
            anew = again;
        }
        if (anew is not null)
            await Task.WhenAny(anew, Task.Delay(Patience));
        lock (gate)
            return opened!;
    }

    public async ValueTask DisposeAsync()
    {
        Task?[] begun;
        lock (gate)
            begun = [first, again];
        await Task.WhenAll(begun.OfType<Task>());
        opened?.Dispose();
    }

    private async Task<Programs> OpenAsync()
    {
        var now = await Task.Run(open); // not under the gate of who asked
        lock (gate)
        {
            opened?.Dispose(); // nothing ran in it
            (opened, again, endedAt) = (now, null, clock.GetTimestamp());
        }
        return now;
    }
}
