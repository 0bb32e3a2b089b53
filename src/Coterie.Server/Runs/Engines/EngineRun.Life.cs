using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Engines;

internal sealed partial class EngineRun
{
    /// <summary>What only the run itself knows and does.</summary>
    private sealed class Life(EngineRun run) : IDisposable
    {
        private const int BufferBytes = 1 << 14;
        private const int ComplaintBytes = 2000;
        private const int StatusLetters = 64; // of a line
        private const int KilledCode = 128 + 9;
        private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);
        private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(4); // what comes within them is passed on as one
        private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2); // of what has ended
        private static readonly TimeSpan Counting = TimeSpan.FromSeconds(15); // on a busy machine; without it nobody knows that memory ran out

        private readonly ContainerEngine _engine = run._sandbox.Engine;
        private readonly SandboxOrder _order = run._order;
        private readonly long _begun = Stopwatch.GetTimestamp();
        private readonly string _mark = RandomNumberGenerator.GetHexString(32);
        private readonly CancellationTokenSource _ending = new();
        private readonly CancellationTokenSource _over = new(); // for what goes on beside the run
        private readonly TaskCompletionSource _unpacked = Source();
        private readonly TaskCompletionSource<int> _compiled = Source<int>();
        private readonly TaskCompletionSource _compilerSilent = Source();
        private readonly StringBuilder _complaint = new();
        private readonly StringBuilder _status = new();
        private readonly MemoryStream _compilerHeld = new();
        private readonly string _name = "coterie-" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        private bool _running;
        private bool _noRoom;
        private bool _figures;
        private int _compilerBytes;
        private int _saidBytes;
        private bool _cut;
        private long _kills;
        private TimeSpan _cpu;
        private long _peak;
        private bool _counted; // by the kernel, and not looked at
        private TimeSpan _wall;

        private CancellationToken Ending => _ending.Token;

        /// <summary>Done when its container is removed, or its removal given up.</summary>
        public Task Gone { get; private set; } = Task.CompletedTask;

        private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        private static TaskCompletionSource<T> Source<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Dispose()
        {
            _ending.Dispose();
            _over.Dispose();
            _compilerHeld.Dispose();
        }

        private async Task ObeyEndAsync()
        {
            await run._end.Task;
            try
            {
                await _ending.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // it has ended
            }
        }

        public async Task<RunOutcome> LiveAsync()
        {
            _ = ObeyEndAsync();
            var archive = new MemoryStream();
            RunFiles.Write(_order.Files, archive);
            var told = Container.Of(
                _order,
                run._image,
                run._user,
                run._sandbox.Instance,
                run._sandbox.Seccomp,
                (int)archive.Length,
                _mark
            );
            try
            {
                await _engine.AskAsync(HttpMethod.Post, "containers/create?name=" + _name, told);
            }
            catch (EngineException unanswered) when (unanswered.Status is null)
            {
                Gone = run._sandbox.RemoveAsync(_name, mayComeYet: true); // it may be made all the same
                throw;
            }
            var watching = Task.CompletedTask;
            try
            {
                const string attach = "attach?stream=1&stdin=1&stdout=1&stderr=1";
                using var first = await _engine.OpenAsync($"containers/{_name}/{attach}", null, Ending);
                var listening = ListenAsync(first);
                await _engine.AskAsync(HttpMethod.Post, $"containers/{_name}/start", null, Ending);
                watching = Task.WhenAll(WatchAsync(), EndInTimeAsync());
                var code = await GoAsync(first, archive.GetBuffer().AsMemory(0, (int)archive.Length), listening);
                _wall = Stopwatch.GetElapsedTime(_begun);
                await LookAsync(CancellationToken.None);
                _figures = true;
                first.End();
                await Task.WhenAny(listening, Task.Delay(Counting));
                return Outcome(EndOf(code), code);
            }
            catch (OperationCanceledException) when (Ending.IsCancellationRequested)
            {
                _wall = Stopwatch.GetElapsedTime(_begun);
                await LookAsync(CancellationToken.None);
                return Outcome(await run._end.Task, KilledCode);
            }
            catch (Exception problem) when (_unpacked.Task.IsCompleted)
            {
                _wall = Stopwatch.GetElapsedTime(_begun);
                return Outcome(RunEnd.Failed, 0) with { Complaint = "The container engine failed: " + problem.Message };
            }
            finally
            {
                await _over.CancelAsync();
                Gone = run._sandbox.RemoveAsync(_name);
                await watching;
            }
        }

        /// <summary>From the files to the program's exit code.</summary>
        private async Task<int> GoAsync(EngineStream first, ReadOnlyMemory<byte> archive, Task listening)
        {
            await first.WriteAsync(archive, Ending);
            await Task.WhenAny(_unpacked.Task, listening).WaitAsync(Ending);
            if (!_unpacked.Task.IsCompleted)
                return 1;
            if (_order.Compile is not null)
            {
                await Task.WhenAny(Task.WhenAll(_compiled.Task, _compilerSilent.Task), listening).WaitAsync(Ending);
                if (!_compiled.Task.IsCompleted)
                {
                    await LookForItAsync();
                    return KilledCode;
                }
                var code = await _compiled.Task;
                run._events.Writer.TryWrite(new SandboxEvent.Compiled(code));
                if (code != 0)
                    return code;
                if (!await run._sandbox.LimitMemoryAsync(_name, _order.Limits.MemoryBytes, Ending))
                {
                    run._end.TrySetResult(RunEnd.OutOfMemory); // what was unpacked and compiled is more already
                    await Task.Delay(Timeout.Infinite, Ending);
                }
            }
            return await RunAsync();
        }

        /// <summary>The container was ended, or the engine that has it.</summary>
        /// <exception cref="EngineException">It was the engine.</exception>
        private async Task LookForItAsync()
        {
            try
            {
                await _engine.AskAsync(HttpMethod.Get, $"containers/{_name}/json", null, Ending);
            }
            catch (EngineException gone) when (gone.Status == HttpStatusCode.NotFound)
            {
                // and removed
            }
        }

        private async Task<int> RunAsync()
        {
            var made = await _engine.AskAsync(
                HttpMethod.Post,
                $"containers/{_name}/exec",
                Container.Program(_order),
                Ending
            );
            var program = (string)made!["Id"]!;
            using var stream = await _engine.OpenAsync(
                $"exec/{program}/start",
                new JsonObject { ["Detach"] = false, ["Tty"] = _order.Terminal is not null },
                Ending
            );
            _running = true;
            var telling = TellAsync(stream, program);
            try
            {
                await ReadAsync(stream, program);
                for (var wait = Gather; ; wait = wait * 2 < LookEvery ? wait * 2 : LookEvery)
                {
                    if (await CodeAsync(program) is { } ended)
                        return ended;
                    await Task.Delay(wait, Ending); // it closed its outputs and goes on
                }
            }
            finally
            {
                await _over.CancelAsync();
                await telling;
            }
        }

        /// <summary>Passes on what the program says, until it has ended and said all. A child of it that still holds its output is not waited for.</summary>
        private async Task ReadAsync(EngineStream stream, string program)
        {
            var buffer = new byte[BufferBytes];
            var parts = new StreamParts();
            using var said = new MemoryStream();
            var looked = Stopwatch.GetTimestamp();
            long? endedAt = null;
            Task<int>? reading = null;
            while (endedAt is not { } ended || Stopwatch.GetElapsedTime(ended) < LastWords)
            {
                if (Stopwatch.GetElapsedTime(looked) >= LookEvery)
                {
                    looked = Stopwatch.GetTimestamp();
                    if (await CodeAsync(program) is not null)
                        endedAt ??= looked;
                }
                reading ??= stream.ReadAsync(buffer, Ending);
                await Task.WhenAny(reading, Task.Delay(LookEvery, Ending));
                Ending.ThrowIfCancellationRequested();
                if (!reading.IsCompleted && endedAt is not null)
                    return;
                if (!reading.IsCompleted)
                    continue;
                var count = await reading;
                reading = null;
                if (count == 0)
                    return;
                if (_order.Terminal is not null)
                    said.Write(buffer.AsSpan(0, count));
                else
                    parts.Part(buffer.AsSpan(0, count), said, said);
                Say(said.GetBuffer().AsSpan(0, (int)said.Length));
                said.SetLength(0);
                await Task.Delay(Gather, Ending);
            }
        }

        /// <summary>The exit code of a program; null while it runs.</summary>
        private async Task<int?> CodeAsync(string program)
        {
            try
            {
                var state = await _engine.AskAsync(HttpMethod.Get, $"exec/{program}/json", null, Ending);
                return (bool)state!["Running"]! ? null : (int?)state["ExitCode"] ?? KilledCode;
            }
            catch (EngineException gone) when (gone.Status == HttpStatusCode.NotFound)
            {
                return KilledCode; // and its container with it
            }
        }

        private void Say(ReadOnlySpan<byte> bytes)
        {
            var passed = Math.Min(bytes.Length, _order.Limits.OutputBytes - _saidBytes);
            _cut |= passed < bytes.Length;
            if (passed <= 0)
                return;
            _saidBytes += passed;
            run._events.Writer.TryWrite(new SandboxEvent.Said(bytes[..passed].ToArray()));
        }

        /// <summary>Hands on what is typed, and the terminal's sizes, in their order.</summary>
        private async Task TellAsync(EngineStream stream, string program)
        {
            try
            {
                await foreach (var (bytes, size) in run._told.Reader.ReadAllAsync(_over.Token))
                    if (size is null)
                    {
                        await stream.WriteAsync(bytes, _over.Token);
                        Interlocked.Add(ref run._inputBytes, -bytes.Length);
                    }
                    else if (!run._told.Reader.TryPeek(out var next) || next.Size is null) // else that is newer
                        await ResizeAsync(program, size.Value);
                stream.End();
            }
            catch (OperationCanceledException)
            {
                // it has ended
            }
        }

        private async Task ResizeAsync(string program, TerminalSize size)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
            patience.CancelAfter(LastWords);
            try
            {
                var to = string.Create(CultureInfo.InvariantCulture, $"h={size.Rows}&w={size.Columns}");
                await _engine.AskAsync(HttpMethod.Post, $"exec/{program}/resize?{to}", null, patience.Token);
            }
            catch (Exception problem) when (problem is OperationCanceledException or EngineException)
            {
                // refused, or too slow; the next may not be
            }
        }

        /// <summary>What the container's first process says: lines, and beside them the compiler's words.</summary>
        private async Task ListenAsync(EngineStream first)
        {
            var buffer = new byte[BufferBytes];
            var parts = new StreamParts();
            using var lines = new MemoryStream();
            using var words = new MemoryStream();
            while (await first.ReadAsync(buffer, CancellationToken.None) is var count and > 0)
            {
                parts.Part(buffer.AsSpan(0, count), lines, words);
                HearWords(words.GetBuffer().AsSpan(0, (int)words.Length));
                words.SetLength(0);
                foreach (var letter in lines.GetBuffer().AsSpan(0, (int)lines.Length))
                    if (letter == '\n')
                    {
                        Obey(_status.ToString());
                        _status.Clear();
                    }
                    else if (_status.Length < StatusLetters)
                        _status.Append((char)letter);
                lines.SetLength(0);
                await Task.Delay(Gather);
            }
            if (!_compilerSilent.Task.IsCompleted)
                PassWords(_compilerHeld.GetBuffer().AsSpan(0, (int)_compilerHeld.Length));
        }

        private void HearWords(ReadOnlySpan<byte> words)
        {
            if (words.IsEmpty || _compilerSilent.Task.IsCompleted)
                return;
            if (!_unpacked.Task.IsCompleted && _complaint.Length < ComplaintBytes)
                _complaint.Append(Encoding.UTF8.GetString(words));
            if (_order.Compile is null)
                return;
            _compilerHeld.Write(words); // as many as may be the mark are held back
            var held = _compilerHeld.GetBuffer().AsSpan(0, (int)_compilerHeld.Length);
            var kept = Math.Min(held.Length, _mark.Length);
            var tail = held[^kept..].ToArray();
            PassWords(held[..^kept]);
            _compilerHeld.SetLength(0);
            if (tail.AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(_mark)))
                _compilerSilent.TrySetResult();
            else
                _compilerHeld.Write(tail);
        }

        private void PassWords(ReadOnlySpan<byte> words)
        {
            var passed = Math.Min(words.Length, _order.Limits.CompileOutputBytes - _compilerBytes);
            _cut |= passed < words.Length;
            if (passed <= 0)
                return;
            _compilerBytes += passed;
            run._events.Writer.TryWrite(new SandboxEvent.CompilerSaid(words[..passed].ToArray()));
        }

        /// <summary>A compiler or a program could write here too: then it says untrue things of its own run.</summary>
        private void Obey(string line)
        {
            if (line == "u")
                _unpacked.TrySetResult();
            else if (line == "f" && !_unpacked.Task.IsCompleted)
                _noRoom = true; // the names are well: nothing else fails it
            else if (NumberOf(line, "c ") is { } code && _unpacked.Task.IsCompleted)
                _compiled.TrySetResult((int)Math.Min(code, 255));
            else if (NumberOf(line, "m ") is { } most && _figures)
                (_peak, _counted) = (Math.Max(_peak, most), true);
            else if (NumberOf(line, "o ") is { } kills && _figures)
                _kills = kills;
        }

        private static long? NumberOf(string line, string name) =>
            line.StartsWith(name, StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : null;

        private async Task WatchAsync()
        {
            using var timer = new PeriodicTimer(LookEvery);
            try
            {
                while (await timer.WaitForNextTickAsync(_over.Token))
                {
                    await LookAsync(_over.Token);
                    if (_cpu > _order.Limits.Cpu)
                        run._end.TrySetResult(RunEnd.OutOfCpu);
                }
            }
            catch (OperationCanceledException)
            {
                // it has ended
            }
        }

        /// <summary>By no clock but its own: the engine may not answer.</summary>
        private async Task EndInTimeAsync()
        {
            var limit = _order.Terminal is null ? _order.Limits.Wall : _order.Limits.WallInTerminal;
            var left = limit - Stopwatch.GetElapsedTime(_begun);
            try
            {
                await Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _over.Token);
                run._end.TrySetResult(RunEnd.OutOfTime);
            }
            catch (OperationCanceledException)
            {
                // it has ended
            }
        }

        /// <summary>What it takes by the engine's count, where that answers soon.</summary>
        private async Task LookAsync(CancellationToken cancelled)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
            patience.CancelAfter(LastWords);
            try
            {
                var stats = await _engine.AskAsync(
                    HttpMethod.Get,
                    $"containers/{_name}/stats?stream=false&one-shot=true",
                    null,
                    patience.Token
                );
                var cpu = TimeSpan.FromMicroseconds(
                    ((long?)stats?["cpu_stats"]?["cpu_usage"]?["total_usage"] ?? 0) / 1000.0
                );
                _cpu = cpu > _cpu ? cpu : _cpu;
                _peak = Math.Max(_peak, (long?)stats?["memory_stats"]?["usage"] ?? 0);
            }
            catch (Exception problem) when (problem is EngineException or OperationCanceledException)
            {
                // it ends at that moment, or the engine is busy
            }
        }

        private string Complaint() => _unpacked.Task.IsCompleted ? "" : _complaint.ToString().Trim();

        private RunOutcome Outcome(RunEnd end, int code) =>
            new(end, code, _wall, _cpu, _peak, !_counted, _cut, Complaint());

        private RunEnd EndOf(int code)
        {
            if (code != 0 && _kills > 0)
                return RunEnd.OutOfMemory;
            if (_running)
                return RunEnd.Exited;
            if (_unpacked.Task.IsCompleted)
                return RunEnd.NotCompiled;
            return _noRoom ? RunEnd.NoRoom : RunEnd.NotStarted;
        }
    }
}
