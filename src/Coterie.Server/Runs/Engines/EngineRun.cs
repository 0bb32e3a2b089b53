using System.Threading.Channels;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Engines;

/// <summary>One run in a container of its own, which is removed whatever happens.</summary>
internal sealed partial class EngineRun : ISandboxedRun
{
    private const int MaxInputBytes = 1 << 20; // typed, and not read by the program yet

    private readonly EngineSandbox _sandbox;
    private readonly SandboxOrder _order;
    private readonly string _image;
    private readonly uint _user;
    private readonly Channel<SandboxEvent> _events = Channel.CreateUnbounded<SandboxEvent>(
        new UnboundedChannelOptions { SingleWriter = false }
    );
    private readonly Channel<ReadOnlyMemory<byte>> _input = Channel.CreateUnbounded<ReadOnlyMemory<byte>>();
    private readonly Channel<TerminalSize> _sizes = Channel.CreateBounded<TerminalSize>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }
    );
    private readonly TaskCompletionSource<RunEnd> _end = new(TaskCreationOptions.RunContinuationsAsynchronously); // before the program's own
    private int _inputBytes;

    private EngineRun(EngineSandbox sandbox, SandboxOrder order, string image, uint user) =>
        (_sandbox, _order, _image, _user) = (sandbox, order, image, user);

    public ChannelReader<SandboxEvent> Events => _events.Reader;

    /// <param name="free">Called when nothing of the run is left.</param>
    public static EngineRun Start(EngineSandbox sandbox, SandboxOrder order, string image, uint user, Action free)
    {
        var run = new EngineRun(sandbox, order, image, user);
        if (!order.Input.IsEmpty)
        {
            run._inputBytes = order.Input.Length;
            run._input.Writer.TryWrite(order.Input);
        }
        if (order.Terminal is null)
            run._input.Writer.Complete();
        _ = Task.Run(() => run.LiveAsync(free));
        return run;
    }

    public bool Type(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty)
            return true;
        if (_order.Terminal is null)
            return false;
        if (Interlocked.Add(ref _inputBytes, bytes.Length) <= MaxInputBytes && _input.Writer.TryWrite(bytes))
            return true;
        Interlocked.Add(ref _inputBytes, -bytes.Length);
        return false;
    }

    public void Resize(TerminalSize size)
    {
        if (_order.Terminal is not null)
            _sizes.Writer.TryWrite(size);
    }

    public void Stop() => _end.TrySetResult(RunEnd.Stopped);

    private async Task LiveAsync(Action free)
    {
        var outcome = RunOutcome.NotStarted("");
        try
        {
            using var life = new Life(this);
            outcome = await life.LiveAsync();
        }
        catch (Exception problem)
        {
            outcome = RunOutcome.NotStarted(problem.Message);
        }
        finally
        {
            free();
            _input.Writer.TryComplete();
            _events.Writer.TryWrite(new SandboxEvent.Ended(outcome));
            _events.Writer.Complete();
        }
    }
}
