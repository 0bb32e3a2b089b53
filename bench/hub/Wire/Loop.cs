using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Coterie.Bench.Hub.Wire;

/// <summary>
/// Owns every socket of the load generator and the one thread that reads them. Everything a person receives is handed over
/// inside <see cref="Turn"/>, so the code above needs no lock, and one core is enough for thousands of people.
/// Linux on x64 only: it is epoll, with that platform's packed event.
/// </summary>
internal sealed partial class Loop : IDisposable
{
    private const uint Readable = 0x1; // EPOLLIN
    private const uint Writable = 0x4; // EPOLLOUT
    private const int AddNew = 1; // EPOLL_CTL_ADD
    private const int Modify = 3; // EPOLL_CTL_MOD

    private readonly int epoll;
    private readonly List<Connection> connections = [];
    private readonly List<Connection> dirty = [];
    private readonly Event[] events = new Event[512];

    public Loop()
    {
        epoll = epoll_create1(0);
        if (epoll < 0)
            throw new InvalidOperationException("epoll_create1 failed: " + Marshal.GetLastPInvokeErrorMessage());
    }

    public void Add(Connection connection)
    {
        connection.Slot = connections.Count;
        connections.Add(connection);
        Watch(AddNew, connection, Readable);
    }

    /// <summary>The connection has bytes to send; they leave in the next <see cref="Flush"/>, all in one system call.</summary>
    public void MarkDirty(Connection connection) => dirty.Add(connection);

    public void Flush()
    {
        foreach (var connection in dirty)
            if (!connection.Flush())
                Watch(Modify, connection, Readable | Writable);
        dirty.Clear();
    }

    /// <summary>Sends what is waiting, then reads whatever arrives within the given time (zero: whatever is there).</summary>
    public void Turn(TimeSpan time)
    {
        Flush();
        var wait = new Time { Nanoseconds = time.Ticks * 100 };
        var count = epoll_pwait2(epoll, events, events.Length, wait, 0);
        for (var i = 0; i < count; i++)
        {
            var connection = connections[(int)events[i].Data];
            if ((events[i].Events & Writable) != 0 && connection.Flush())
                Watch(Modify, connection, Readable);
            if ((events[i].Events & ~Writable) != 0)
                connection.Read(Stopwatch.GetTimestamp());
        }
    }

    /// <summary>Turns until <paramref name="done"/> or the time limit.</summary>
    /// <exception cref="TimeoutException">The limit passed first.</exception>
    public void RunUntil(Func<bool> done, TimeSpan limit, string what)
    {
        var start = Stopwatch.GetTimestamp();
        while (!done())
        {
            Turn(TimeSpan.FromMilliseconds(1));
            if (Stopwatch.GetElapsedTime(start) > limit)
                throw new TimeoutException($"{what}: not done after {limit.TotalSeconds:0} s");
        }
    }

    public void RunFor(TimeSpan time)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
            Turn(TimeSpan.FromMilliseconds(1));
    }

    public void Dispose()
    {
        foreach (var connection in connections)
            connection.Dispose();
        _ = close(epoll);
    }

    private void Watch(int operation, Connection connection, uint events)
    {
        var wanted = new Event { Events = events, Data = (ulong)connection.Slot };
        if (epoll_ctl(epoll, operation, connection.Descriptor, ref wanted) != 0)
            throw new InvalidOperationException("epoll_ctl failed: " + Marshal.GetLastPInvokeErrorMessage());
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Event
    {
        public uint Events;
        public ulong Data;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds; // below a second
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_ctl(int epoll, int operation, int descriptor, ref Event wanted);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int epoll_pwait2(int epoll, [Out] Event[] events, int size, in Time wait, nint signals);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int close(int descriptor);
}
