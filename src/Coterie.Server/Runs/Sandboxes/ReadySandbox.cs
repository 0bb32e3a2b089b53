using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// bwrap, begun before anybody asks: in its control groups and as its user, it waits to be told what to hold. Until then nothing is mounted and no
/// program is there; where the server goes first, its pipe is closed, it finds nothing to run, and ends. Once told, it dies with the thread that began it.
/// </summary>
internal sealed class ReadySandbox : IDisposable
{
    public static readonly TimeSpan Ending = TimeSpan.FromSeconds(5); // what was killed is gone long before

    private readonly List<SafeFileHandle> _open = []; // our ends of all that it has
    private readonly List<SafeFileHandle> _memory = []; // of files that are handed over, one each
    private readonly SafeFileHandle _arguments;

    public int Process { get; }

    /// <summary>Can be read from when it has ended.</summary>
    public SafeFileHandle Ended { get; }
    public SafeFileHandle Input { get; }
    public SafeFileHandle Complaints { get; }
    public SafeFileHandle Terminal { get; }
    public SafeFileHandle Output { get; }
    public SafeFileHandle Archive { get; }
    public SafeFileHandle Status { get; }
    public SafeFileHandle Go { get; }

    /// <summary>Throws where the machine has no process, descriptor, terminal or memory for it.</summary>
    public ReadySandbox(Slot slot, byte[] filter)
    {
        var theirs = new List<SafeFileHandle>();
        SafeFileHandle Ours((SafeFileHandle Ours, SafeFileHandle Theirs) pair)
        {
            _open.Add(pair.Ours);
            theirs.Add(pair.Theirs);
            return pair.Ours;
        }
        SafeFileHandle ToIt()
        {
            var (read, write) = LibC.Pipe();
            return Ours((write, read));
        }
        SafeFileHandle FromIt() => Swift(Ours(LibC.Pipe()));
        SafeFileHandle Swift(SafeFileHandle ours)
        {
            LibC.DoNotBlock(ours);
            return ours;
        }
        try
        {
            // In the order of Bubblewrap's descriptors.
            Input = Swift(ToIt());
            Complaints = FromIt();
            theirs.Add(theirs[Bubblewrap.Complaints]); // both outputs are one
            Terminal = Swift(Ours(LibC.Terminal()));
            Output = FromIt();
            Archive = Swift(ToIt());
            Status = FromIt();
            Go = Swift(ToIt());
            _arguments = ToIt();
            theirs.Add(LibC.MemoryFile(filter));
            for (var nth = 0; nth < HandedFiles.Count; nth++)
            {
                _memory.Add(LibC.MemoryFile([]));
                _open.Add(_memory[nth]);
            }
            // The program may open what it has once more, as /dev/stdin and the like.
            if (slot.User is { } user)
                foreach (var own in (int[])[Bubblewrap.Input, Bubblewrap.Terminal, Bubblewrap.Output])
                    LibC.Give(theirs[own], user);
            slot.Group?.Renew();
            Process = LibC.Start("/bin/sh", Bubblewrap.Launch(slot), [.. theirs, .. _memory]);
            Ended = LibC.EndOf(Process);
            _open.Add(Ended);
        }
        catch
        {
            Dispose();
            if (Process != 0)
                End();
            throw;
        }
        finally
        {
            theirs.ForEach(one => one.Dispose());
        }
    }

    /// <summary>What it is to hold; it goes on at once.</summary>
    public void Tell(SandboxOrder order)
    {
        if (order.Terminal is { } size)
            LibC.Resize(Terminal, size.Columns, size.Rows);
        HandedFiles.Write(order, _memory);
        var arguments = Bubblewrap.Arguments(order).AsSpan();
        while (!arguments.IsEmpty && LibC.Write(_arguments, arguments) is { } written) // null: it has ended, and how says why
            arguments = arguments[written..];
        foreach (var told in _memory.Append(_arguments))
            Close(told);
        if (HandedFiles.May(order))
            Close(Archive);
        foreach (var unused in order.Terminal is null ? [Terminal] : (SafeFileHandle[])[Input, Output])
            Close(unused);
    }

    /// <summary>Whether somebody else ended it: then it holds nothing any more.</summary>
    public bool IsGone()
    {
        if (LibC.EndingOf(Process) is null)
            return false;
        Dispose();
        return true;
    }

    /// <summary>Ends it, and waits until it is gone.</summary>
    public void End()
    {
        var begun = Stopwatch.GetTimestamp();
        LibC.SignalAll(Process, LibC.Kill);
        while (LibC.EndingOf(Process) is null && Stopwatch.GetElapsedTime(begun) < Ending)
            LibC.Poll([], 1);
    }

    public void Close(SafeFileHandle open)
    {
        _open.Remove(open);
        open.Dispose();
    }

    /// <summary>Lets go of all that it has.</summary>
    public void Dispose() => _open.ForEach(one => one.Dispose());
}
