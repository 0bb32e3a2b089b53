using System.Threading.Channels;
using Coterie.Protocol.Runs;
using Microsoft.Win32.SafeHandles;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// One run, from its files to its outcome, on a thread of its own: that thread makes the sandbox ready, waits for an order, carries bytes both ways,
/// watches the limits, and lives until all of it is gone, since the sandbox dies with the thread that began it. Others only ask: for input, another size, an
/// end.
/// </summary>
internal sealed partial class SandboxedRun : ISandboxedRun
{
    private const int Forever = -1;
    private const int MaxInputBytes = 1 << 20; // typed, and not read by the program yet

    private readonly Slot _slot;
    private readonly byte[] _filter;
    private readonly Action<Slot> _free;
    private readonly Thread _thread;
    private readonly Channel<SandboxEvent> _events = Channel.CreateUnbounded<SandboxEvent>(
        new UnboundedChannelOptions { SingleWriter = true }
    );
    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _input = new();
    private readonly (SafeFileHandle Read, SafeFileHandle Write) _bell = LibC.Pipe();
    private SandboxOrder? _order; // what the first ring is for; without one it is not needed any more
    private TerminalSize? _size;
    private int _inputBytes;
    private bool _stop;

    /// <summary>Takes the slot, and makes ready for an order.</summary>
    /// <param name="free">Takes the slot back, when nothing of the run is left.</param>
    internal SandboxedRun(Slot slot, byte[] filter, Action<Slot> free)
    {
        (_slot, _filter, _free) = (slot, filter, free);
        LibC.DoNotBlock(_bell.Read);
        LibC.DoNotBlock(_bell.Write);
        _thread = new Thread(Live) { IsBackground = true, Name = "run" };
        _thread.Start();
    }

    public ChannelReader<SandboxEvent> Events => _events.Reader;

    /// <summary>Once.</summary>
    internal void Begin(SandboxOrder order)
    {
        if (!order.Input.IsEmpty)
        {
            _input.Enqueue(order.Input);
            _inputBytes = order.Input.Length;
        }
        _order = order;
        Ring();
    }

    /// <summary>Instead of an order. It is gone when this returns, and the slot is not given back.</summary>
    internal void Discard()
    {
        Ring();
        _thread.Join();
    }

    public bool Type(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        lock (_gate)
        {
            if (_order?.Terminal is null || _inputBytes + bytes.Length > MaxInputBytes)
                return false;
            _input.Enqueue(bytes);
            _inputBytes += bytes.Length;
        }
        Ring();
        return true;
    }

    public void Resize(TerminalSize size)
    {
        lock (_gate)
            _size = size;
        Ring();
    }

    public void Stop()
    {
        lock (_gate)
            _stop = true;
        Ring();
    }

    private void Ring()
    {
        try
        {
            _ = LibC.Write(_bell.Write, "!"u8);
        }
        catch (ObjectDisposedException)
        {
            // it has ended
        }
    }

    private void Live()
    {
        ReadySandbox? ready = null;
        try
        {
            ready = new ReadySandbox(_slot, _filter);
        }
        catch (Exception)
        {
            // It is tried once more with the order, which is told what is wrong.
        }
        Span<LibC.Watched> bell = [new((int)_bell.Read.DangerousGetHandle(), LibC.CanRead)];
        while (bell[0].Ready == 0)
            LibC.Poll(bell, Forever);
        if (_order is { } order)
            Live(order, ready);
        else
        {
            ready?.End();
            ready?.Dispose();
            _slot.Group?.Dispose();
            _bell.Read.Dispose();
            _bell.Write.Dispose();
        }
    }

    private void Live(SandboxOrder order, ReadySandbox? ready)
    {
        var outcome = RunOutcome.NotStarted("");
        var life = new Life(this, order);
        try
        {
            outcome = life.Live(ready);
        }
        catch (Exception problem)
        {
            // Out of processes, descriptors, terminals or memory. Whatever it is: on a thread of its own it would end the server.
            outcome = life.Unpacked
                ? outcome with
                {
                    End = RunEnd.Failed,
                    Wall = life.Elapsed,
                    Approximate = true,
                    Complaint = problem.Message,
                }
                : RunOutcome.NotStarted(problem.Message);
        }
        finally
        {
            _free(_slot);
            _bell.Read.Dispose();
            _bell.Write.Dispose();
            _events.Writer.TryWrite(new SandboxEvent.Ended(outcome));
            _events.Writer.Complete();
        }
    }
}
