using System.Threading.Channels;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Engines;

/// <summary>One run in a container of its own, which is removed whatever happens.</summary>
internal sealed partial class EngineRun : ISandboxedRun
{
    private const int MaxInputBytes = 1 << 20; // typed, and not read by the program yet
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(10); // of its container, before its end is told all the same

    private readonly EngineSandbox _sandbox;
    private readonly SandboxOrder _order;
    private readonly string _image;
    private readonly uint _user;
    private readonly Channel<SandboxEvent> _events = Channel.CreateUnbounded<SandboxEvent>(
        new UnboundedChannelOptions { SingleWriter = false }
    );
    private readonly Channel<Told> _told = Channel.CreateUnbounded<Told>(); // in its order: what is typed behind a new size is read behind it
    private readonly TaskCompletionSource<RunEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously); // before the program's own
    private int _inputBytes;

    private EngineRun(EngineSandbox sandbox, SandboxOrder order, string image, uint user) =>
        (_sandbox, _order, _image, _user) = (sandbox, order, image, user);

    public ChannelReader<SandboxEvent> Events => _events.Reader;

    /// <param name="free">Called when nothing of the run is left, or the engine does not let go of it for minutes.</param>
    public static EngineRun Start(EngineSandbox sandbox, SandboxOrder order, string image, uint user, Action free)
    {
        var run = new EngineRun(sandbox, order, image, user);
        if (!order.Input.IsEmpty)
        {
            run._inputBytes = order.Input.Length;
            run._told.Writer.TryWrite(new Told(order.Input, null));
        }
        if (order.Terminal is null)
            run._told.Writer.Complete();
        _ = Task.Run(() => run.LiveAsync(free));
        return run;
    }

    public bool Type(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        if (_order.Terminal is null)
            return false;
        if (
            Interlocked.Add(ref _inputBytes, bytes.Length) <= MaxInputBytes
            && _told.Writer.TryWrite(new Told(bytes, null))
        )
            return true;
        Interlocked.Add(ref _inputBytes, -bytes.Length);
        return false;
    }

    public void Resize(TerminalSize size)
    {
        if (_order.Terminal is not null)
            _told.Writer.TryWrite(new Told(default, size));
    }

    public void Stop() => _end.TrySetResult(RunEnd.Stopped);

    /// <summary>What was typed, or the terminal's new size.</summary>
    private readonly record struct Told(ReadOnlyMemory<byte> Bytes, TerminalSize? Size);

    private async Task LiveAsync(Action free)
    {
        var outcome = RunOutcome.NotStarted("");
        using var life = new Life(this);
        try
        {
            outcome = await life.LiveAsync();
        }
        catch (Exception problem)
        {
            outcome = RunOutcome.NotStarted(problem.Message);
        }
        finally
        {
            if (await Task.WhenAny(life.Gone, Task.Delay(Goodbye)) == life.Gone)
                free();
            else
                _ = life.Gone.ContinueWith(_ => free(), TaskScheduler.Default);
            _told.Writer.TryComplete();
            _events.Writer.TryWrite(new SandboxEvent.Ended(outcome));
            _events.Writer.Complete();
        }
    }
}
