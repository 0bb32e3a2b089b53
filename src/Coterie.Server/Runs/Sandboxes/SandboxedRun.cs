using System.Threading.Channels;
using Coterie.Protocol.Runs;
using Microsoft.Win32.SafeHandles;

namespace Coterie.Server.Runs.Sandboxes;

/// <summary>
/// One run, from its files to its outcome, on a thread of its own: that thread starts the sandbox, carries bytes both ways, watches the limits, and
/// lives until all of it is gone, since the sandbox dies with the thread that started it. Others only ask: for input, another size, an end.
/// </summary>
internal sealed partial class SandboxedRun : ISandboxedRun
{
    private const int MaxInputBytes = 1 << 20; // typed, and not read by the program yet

    private readonly SandboxOrder _order;
    private readonly Slot _slot;
    private readonly byte[] _filter;
    private readonly Channel<SandboxEvent> _events = Channel.CreateUnbounded<SandboxEvent>(
        new UnboundedChannelOptions { SingleWriter = true }
    );
    private readonly Lock _gate = new();
    private readonly Queue<ReadOnlyMemory<byte>> _input = new();
    private readonly (SafeFileHandle Read, SafeFileHandle Write) _bell = LibC.Pipe();
    private TerminalSize? _size;
    private int _inputBytes;
    private bool _stop;

    private SandboxedRun(SandboxOrder order, Slot slot, byte[] filter) =>
        (_order, _slot, _filter) = (order, slot, filter);

    public ChannelReader<SandboxEvent> Events => _events.Reader;

    /// <summary>Takes the slot, and gives it back when nothing of the run is left.</summary>
    internal static SandboxedRun Start(SandboxOrder order, Slot slot, byte[] filter)
    {
        var run = new SandboxedRun(order, slot, filter);
        if (!order.Input.IsEmpty)
        {
            run._input.Enqueue(order.Input);
            run._inputBytes = order.Input.Length;
        }
        LibC.DoNotBlock(run._bell.Read);
        LibC.DoNotBlock(run._bell.Write);
        new Thread(run.Live) { IsBackground = true, Name = "run" }.Start();
        return run;
    }

    public bool Type(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        lock (_gate)
        {
            if (_order.Terminal is null || _inputBytes + bytes.Length > MaxInputBytes)
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
        var outcome = RunOutcome.NotStarted("");
        var life = new Life(this);
        try
        {
            outcome = life.Live();
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
            _slot.Dispose();
            _bell.Read.Dispose();
            _bell.Write.Dispose();
            _events.Writer.TryWrite(new SandboxEvent.Ended(outcome));
            _events.Writer.Complete();
        }
    }
}
