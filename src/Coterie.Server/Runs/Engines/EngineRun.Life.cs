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
        private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2); // of a container that was told to end

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
        private string _id = "";
        private string? _program;
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
            var made = await _engine.AskAsync(HttpMethod.Post, "containers/create", told);
            _id = (string)made!["Id"]!;
            Task watching = Task.CompletedTask;
            try
            {
                const string attach = "attach?stream=1&stdin=1&stdout=1&stderr=1";
                using var first = await _engine.OpenAsync($"containers/{_id}/{attach}", null, Ending);
                var listening = ListenAsync(first);
                await _engine.AskAsync(HttpMethod.Post, $"containers/{_id}/start", null, Ending);
                watching = WatchAsync();
                var code = await GoAsync(first, archive.GetBuffer().AsMemory(0, (int)archive.Length), listening);
                _wall = Stopwatch.GetElapsedTime(_begun);
                await LookAsync(CancellationToken.None);
                _figures = true;
                first.End();
                await Task.WhenAny(listening, Task.Delay(LastWords));
                return Outcome(EndOf(code), code);
            }
            catch (OperationCanceledException) when (Ending.IsCancellationRequested)
            {
                _wall = Stopwatch.GetElapsedTime(_begun);
                await LookAsync(CancellationToken.None);
                return Outcome(await run._end.Task, KilledCode);
            }
            finally
            {
                await _over.CancelAsync();
                await run._sandbox.RemoveAsync(_id);
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
                    return KilledCode;
                var code = await _compiled.Task;
                run._events.Writer.TryWrite(new SandboxEvent.Compiled(code));
                if (code != 0)
                    return code;
                await run._sandbox.LimitMemoryAsync(_id, _order.Limits.MemoryBytes, Ending);
            }
            return await RunAsync();
        }

        private async Task<int> RunAsync()
        {
            var made = await _engine.AskAsync(
                HttpMethod.Post,
                $"containers/{_id}/exec",
                Container.Program(_order),
                Ending
            );
            var program = (string)made!["Id"]!;
            using var stream = await _engine.OpenAsync(
                $"exec/{program}/start",
                new JsonObject { ["Detach"] = false, ["Tty"] = _order.Terminal is not null },
                Ending
            );
            (_running, _program) = (true, program);
            var typing = TypeAsync(stream);
            var resizing = ResizeAsync(program);
            try
            {
                await ReadAsync(stream, program);
                while (await CodeAsync(program) is var code)
                    if (code is { } ended)
                        return ended;
                    else
                        await Task.Delay(Gather, Ending);
                return KilledCode;
            }
            finally
            {
                await _over.CancelAsync();
                await Task.WhenAll(typing, resizing);
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

        private async Task TypeAsync(EngineStream stream)
        {
            try
            {
                await foreach (var bytes in run._input.Reader.ReadAllAsync(_over.Token))
                {
                    await stream.WriteAsync(bytes, _over.Token);
                    Interlocked.Add(ref run._inputBytes, -bytes.Length);
                }
                stream.End();
            }
            catch (OperationCanceledException)
            {
                // it has ended
            }
        }

        private async Task ResizeAsync(string program)
        {
            try
            {
                await foreach (var size in run._sizes.Reader.ReadAllAsync(_over.Token))
                    await _engine.AskAsync(
                        HttpMethod.Post,
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"exec/{program}/resize?h={size.Rows}&w={size.Columns}"
                        ),
                        null,
                        _over.Token
                    );
            }
            catch (Exception problem) when (problem is OperationCanceledException or EngineException)
            {
                // it has ended
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
            var limits = _order.Limits;
            try
            {
                while (await timer.WaitForNextTickAsync(_over.Token))
                {
                    var memory = await LookAsync(_over.Token);
                    if (
                        Stopwatch.GetElapsedTime(_begun)
                        > (_order.Terminal is null ? limits.Wall : limits.WallInTerminal)
                    )
                        run._end.TrySetResult(RunEnd.OutOfTime);
                    else if (_cpu > limits.Cpu)
                        run._end.TrySetResult(RunEnd.OutOfCpu);
                    else if (_program is not null && memory > limits.MemoryBytes)
                        run._end.TrySetResult(RunEnd.OutOfMemory);
                }
            }
            catch (OperationCanceledException)
            {
                // it has ended
            }
        }

        /// <summary>What it takes by the engine's count.</summary>
        /// <returns>Bytes of memory now.</returns>
        private async Task<long> LookAsync(CancellationToken cancelled)
        {
            try
            {
                var stats = await _engine.AskAsync(
                    HttpMethod.Get,
                    $"containers/{_id}/stats?stream=false&one-shot=true",
                    null,
                    cancelled
                );
                var cpu = TimeSpan.FromMicroseconds(
                    ((long?)stats?["cpu_stats"]?["cpu_usage"]?["total_usage"] ?? 0) / 1000.0
                );
                _cpu = cpu > _cpu ? cpu : _cpu;
                var memory = (long?)stats?["memory_stats"]?["usage"] ?? 0;
                _peak = Math.Max(_peak, memory);
                return memory;
            }
            catch (EngineException)
            {
                return 0; // it ends at that moment
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
