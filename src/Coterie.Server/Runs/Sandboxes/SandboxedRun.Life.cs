using System.Diagnostics;
using System.Globalization;
using System.Text;
using Coterie.Protocol.Runs;
using Microsoft.Win32.SafeHandles;

namespace Coterie.Server.Runs.Sandboxes;

internal sealed partial class SandboxedRun
{
    /// <summary>What only the run's own thread knows and does.</summary>
    private sealed class Life(SandboxedRun run, SandboxOrder order)
    {
        private const int LookEveryMs = 50;
        private const int LookEveryMsAlone = 20; // where the kernel does not count memory
        private const int GatherMs = 4; // what comes within them is passed on as one
        private const int BufferBytes = 1 << 14;
        private const int ComplaintBytes = 2000;
        private const int StatusBytes = 64; // of a line
        private const int StatusLines = 4;
        private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(0.5);

        private readonly ControlGroup? _group = run._slot.Group;
        private readonly long _begun = Stopwatch.GetTimestamp();
        private readonly byte[] _buffer = new byte[BufferBytes];
        private readonly StringBuilder _status = new();
        private int _statusLines;
        private readonly StringBuilder _complaint = new();
        private ReadySandbox? _sandbox;
        private SafeFileHandle? _archiveTo;
        private SafeFileHandle? _compilerSays;
        private SafeFileHandle? _statusFrom;
        private SafeFileHandle? _goTo;
        private SafeFileHandle? _inputTo; // the terminal itself, where there is one
        private SafeFileHandle? _outputFrom;
        private ReadOnlyMemory<byte> _archive;
        private ReadOnlyMemory<byte> _writing; // of the input, taken and not written yet
        private int _process;
        private bool _noRoom;
        private int? _compiled;
        private bool _running;
        private RunEnd? _endedBy;
        private int _saidBytes;
        private int _compilerBytes;
        private bool _cut;
        private long _saidAt;
        private ProcessTree? _tree;

        public bool Unpacked { get; private set; } // something of the run may have happened
        public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_begun);

        /// <param name="ready">Null where it could not be made, which is tried again.</param>
        public RunOutcome Live(ReadySandbox? ready)
        {
            try
            {
                Start(ready);
                LibC.Ending? ending = null;
                while (ending is null)
                {
                    Carry();
                    Watch();
                    ending = LibC.EndingOf(_process);
                }
                return Finish(ending.Value);
            }
            finally
            {
                if (_process != 0) // something failed half-way: nothing of it stays
                {
                    Kill();
                    _sandbox!.End();
                }
                _sandbox?.Dispose();
            }
        }

        private void Start(ReadySandbox? ready)
        {
            _sandbox = ready is null || ready.IsGone() ? new ReadySandbox(run._slot, run._filter) : ready;
            _process = _sandbox.Process;
            var limits = order.Limits;
            _group?.Begin(order.Compile is null ? limits with { CompileMemoryBytes = limits.MemoryBytes } : limits);
            (_archiveTo, _compilerSays, _statusFrom, _goTo) = (
                _sandbox.Archive,
                _sandbox.Complaints,
                _sandbox.Status,
                _sandbox.Go
            );
            (_inputTo, _outputFrom) = order.Terminal is null
                ? (_sandbox.Input, _sandbox.Output)
                : (_sandbox.Terminal, _sandbox.Terminal);
            if (!HandedFiles.May(order))
            {
                var archive = new MemoryStream();
                RunFiles.Write(order.Files, archive);
                _archive = archive.GetBuffer().AsMemory(0, (int)archive.Length);
            }
            if (_group is null)
            {
                _tree = new ProcessTree(_process);
                LibC.BeNice(_process); // its children are; with an account its group weighs little
            }
            _sandbox.Tell(order);
        }

        /// <summary>Waits for something to carry, and carries it.</summary>
        private void Carry()
        {
            Span<LibC.Watched> watched = stackalloc LibC.Watched[7];
            var count = 0;
            var timeout = _tree is null ? LookEveryMs : LookEveryMsAlone;
            int Watch(Span<LibC.Watched> all, SafeFileHandle? descriptor, short wanted)
            {
                if (descriptor is null)
                    return -1;
                all[count] = new LibC.Watched((int)descriptor.DangerousGetHandle(), wanted);
                return count++;
            }
            var bell = Watch(watched, run._bell.Read, LibC.CanRead);
            Watch(watched, _sandbox!.Ended, LibC.CanRead); // it wakes, and is asked for elsewhere
            var status = Watch(watched, _statusFrom, LibC.CanRead);
            var archive = Watch(watched, _archive.IsEmpty ? null : _archiveTo, LibC.CanWrite);
            var gathering = GatherMs - (int)Stopwatch.GetElapsedTime(_saidAt).TotalMilliseconds;
            var gather = _saidAt != 0 && gathering > 0;
            if (gather)
                timeout = gathering;
            var compiler = gather ? -1 : Watch(watched, _compilerSays, LibC.CanRead);
            var wanted = (short)(gather ? 0 : LibC.CanRead);
            var output = -1;
            var input = -1;
            if (order.Terminal is not null)
            {
                wanted |= HasInput() ? LibC.CanWrite : (short)0;
                output = input = wanted == 0 ? -1 : Watch(watched, _outputFrom, wanted);
            }
            else
            {
                output = gather ? -1 : Watch(watched, _outputFrom, LibC.CanRead);
                input = HasInput() ? Watch(watched, _inputTo, LibC.CanWrite) : -1;
            }
            LibC.Poll(watched[..count], timeout);

            short Ready(Span<LibC.Watched> all, int at) => at < 0 ? (short)0 : all[at].Ready;
            if ((Ready(watched, bell) & LibC.CanRead) != 0)
                Answer();
            if (_statusFrom is not null && (Ready(watched, status) | Ready(watched, compiler)) != 0)
                ReadStatus(); // "u" was said before a compiler's first word
            if (_compilerSays is not null && Ready(watched, compiler) != 0)
                ReadCompiler();
            if (Ready(watched, archive) != 0)
                WriteArchive();
            if ((Ready(watched, output) & (LibC.CanRead | LibC.Ended)) != 0)
                ReadOutput();
            if ((Ready(watched, input) & (LibC.CanWrite | LibC.Ended)) != 0)
                WriteInput();
        }

        private void Answer()
        {
            _ = LibC.Read(run._bell.Read, _buffer);
            TerminalSize? size;
            bool stop;
            lock (run._gate)
            {
                (size, run._size) = (run._size, null);
                stop = run._stop;
            }
            if (size is { } to && order.Terminal is not null && _outputFrom is not null)
                LibC.Resize(_outputFrom, to.Columns, to.Rows);
            if (stop)
                End(RunEnd.Stopped);
        }

        /// <returns>Whether there may be more.</returns>
        private bool ReadStatus()
        {
            var count = LibC.Read(_statusFrom!, _buffer);
            if (count == 0)
                Close(ref _statusFrom);
            if (count is null or 0)
                return false;
            foreach (var letter in _buffer.AsSpan(0, count.Value))
                if (letter == '\n')
                {
                    Obey(_status.ToString());
                    _status.Clear();
                    _statusLines++;
                }
                else if (_status.Length < StatusBytes)
                    _status.Append((char)letter);
            if (_statusLines <= StatusLines)
                return true;
            Close(ref _statusFrom); // not by the sandbox
            return false;
        }

        /// <summary>A compiler's own children could write here too: then they say untrue things of their own run.</summary>
        private void Obey(string line)
        {
            if (line == "u" && !Unpacked)
            {
                Unpacked = true;
                _tree?.Look(begun: true); // process 1 of the sandbox is there now
                _running = order.Compile is null; // nobody asks
            }
            else if (line == "f")
                _noRoom = true; // the names are well: nothing else fails it
            else if (
                line.StartsWith("c ", StringComparison.Ordinal)
                && Unpacked
                && _compiled is null
                && int.TryParse(line.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            )
            {
                while (_compilerSays is not null && ReadCompiler()) { }
                _compiled = code;
                run._events.Writer.TryWrite(new SandboxEvent.Compiled(code));
                if (code == 0)
                    LetRun();
            }
        }

        private void LetRun()
        {
            if (_running || _goTo is null || _process == 0)
                return;
            try
            {
                _group?.LimitMemory(order.Limits.MemoryBytes);
            }
            catch (IOException)
            {
                End(RunEnd.OutOfMemory); // what was unpacked and compiled is more already
                return;
            }
            _running = true;
            _ = LibC.Write(_goTo, "\n"u8);
            Close(ref _goTo);
        }

        /// <returns>Whether there may be more.</returns>
        private bool ReadCompiler()
        {
            var count = LibC.Read(_compilerSays!, _buffer);
            if (count == 0)
                Close(ref _compilerSays);
            if (count is null or 0)
                return false;
            var passed = Math.Min(count.Value, order.Limits.CompileOutputBytes - _compilerBytes);
            _cut |= passed < count;
            _compilerBytes += passed;
            _saidAt = Stopwatch.GetTimestamp();
            if (!Unpacked)
                Complain(_buffer.AsSpan(0, count.Value));
            else if (passed > 0)
                run._events.Writer.TryWrite(new SandboxEvent.CompilerSaid(_buffer.AsMemory(0, passed).ToArray()));
            return true;
        }

        private bool ReadOutput()
        {
            while (!_running && _statusFrom is not null && ReadStatus()) { } // it begins to speak after it has said so there
            var filled = 0;
            while (filled < _buffer.Length && LibC.Read(_outputFrom!, _buffer.AsSpan(filled)) is { } count)
            {
                if (count == 0)
                {
                    if (_inputTo == _outputFrom)
                        _inputTo = null;
                    Close(ref _outputFrom);
                    break;
                }
                filled += count;
            }
            if (filled == 0)
                return false;
            Say(_buffer.AsSpan(0, filled));
            return _outputFrom is not null;
        }

        private void Say(ReadOnlySpan<byte> bytes)
        {
            var passed = Math.Min(bytes.Length, order.Limits.OutputBytes - _saidBytes);
            _cut |= passed < bytes.Length;
            _saidAt = Stopwatch.GetTimestamp();
            if (passed <= 0)
                return;
            _saidBytes += passed;
            run._events.Writer.TryWrite(new SandboxEvent.Said(bytes[..passed].ToArray()));
        }

        /// <summary>Before the program begins, the sandbox speaks.</summary>
        private void Complain(ReadOnlySpan<byte> bytes)
        {
            if (_complaint.Length < ComplaintBytes)
                _complaint.Append(Encoding.UTF8.GetString(bytes));
        }

        private void WriteArchive()
        {
            if (LibC.Write(_archiveTo!, _archive.Span) is { } written)
                _archive = _archive[written..];
            else
                _archive = default; // it was refused; how it ended says why
            if (_archive.IsEmpty)
                Close(ref _archiveTo);
        }

        /// <summary>Whether there is something to write, or the end of it to be told.</summary>
        private bool HasInput()
        {
            if (!_running || _inputTo is null)
                return false;
            if (!_writing.IsEmpty || order.Terminal is null)
                return true;
            lock (run._gate)
                return run._input.Count > 0;
        }

        private void WriteInput()
        {
            while (_inputTo is not null)
            {
                if (_writing.IsEmpty)
                    lock (run._gate)
                        if (!run._input.TryDequeue(out _writing))
                            break;
                var written = LibC.Write(_inputTo, _writing.Span);
                if (written == 0)
                    return;
                var taken = written ?? _writing.Length; // nobody reads it any more
                _writing = _writing[taken..];
                lock (run._gate)
                    run._inputBytes -= taken;
            }
            if (order.Terminal is null)
                Close(ref _inputTo);
        }

        private void Watch()
        {
            if (_endedBy is not null)
                return;
            var limits = order.Limits;
            _tree?.Look(Unpacked);
            var (cpu, memory) = _tree is { } tree ? (tree.Cpu, tree.MemoryBytes) : (_group!.Cpu, 0L);
            if (Elapsed > (order.Terminal is null ? limits.Wall : limits.WallInTerminal))
                End(RunEnd.OutOfTime);
            else if (cpu > limits.Cpu)
                End(RunEnd.OutOfCpu);
            else if (_tree is { TooManyFiles: true })
                End(RunEnd.TooManyFiles);
            else if (memory > (_running ? limits.MemoryBytes : limits.CompileMemoryBytes))
                End(RunEnd.OutOfMemory);
        }

        private void End(RunEnd why)
        {
            _endedBy ??= why;
            Kill();
        }

        private void Kill()
        {
            try
            {
                _group?.Kill();
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // a process of it went at that moment
            }
            if (_process > 0) // 0 is the server's own group
                LibC.SignalAll(_process, LibC.Kill); // bwrap's child waits for it, before it dies with it
        }

        private RunOutcome Finish(LibC.Ending ending)
        {
            _process = 0; // its number may be another's now
            while (_statusFrom is not null && ReadStatus()) { }
            while (_compilerSays is not null && ReadCompiler()) { }
            while (_outputFrom is not null && ReadOutput()) { }
            var emptied = Stopwatch.GetTimestamp();
            while (!IsEmpty && Stopwatch.GetElapsedTime(emptied) is var waited && waited < ReadySandbox.Ending)
                if (waited > AtOnce) // most are gone by then
                {
                    _group?.Kill();
                    LibC.Poll([], 1);
                }
            var cpu = _group?.Cpu ?? (ending.Cpu > _tree!.Cpu ? ending.Cpu : _tree.Cpu);
            var peak = _group?.PeakMemoryBytes ?? _tree!.PeakMemoryBytes;
            return new RunOutcome(
                EndOf(ending.Code),
                ending.Code,
                Elapsed,
                cpu,
                peak,
                _group is null,
                _cut,
                Unpacked ? "" : _complaint.ToString().Trim()
            );
        }

        private bool IsEmpty => _group?.IsEmpty ?? _tree!.IsGone;

        private RunEnd EndOf(int code)
        {
            if (_endedBy is { } by)
                return by;
            if (code != 0 && _group is { RanOutOfMemory: true })
                return RunEnd.OutOfMemory;
            if (_compiled is not null and not 0)
                return RunEnd.NotCompiled;
            if (_running)
                return RunEnd.Exited;
            if (Unpacked && order.Compile is not null)
                return RunEnd.NotCompiled; // what compiled ended the shell
            return _noRoom ? RunEnd.NoRoom : RunEnd.NotStarted;
        }

        private void Close(ref SafeFileHandle? descriptor)
        {
            if (descriptor is { } open)
                _sandbox!.Close(open);
            descriptor = null;
        }
    }
}
