using System.Diagnostics;
using System.Globalization;
using System.Text;
using Coterie.Protocol.Runs;
using Microsoft.Win32.SafeHandles;

namespace Coterie.Server.Runs.Sandboxes;

internal sealed partial class SandboxedRun
{
    /// <summary>What only the run's own thread knows and does.</summary>
    private sealed class Life(SandboxedRun run)
    {
        private const int LookEveryMs = 50;
        private const int LookEveryMsAlone = 20; // where the kernel does not count memory
        private const int GatherMs = 4; // what comes within them is passed on as one
        private const int BufferBytes = 1 << 14;
        private const int ComplaintBytes = 2000;
        private const int StatusBytes = 64; // of a line
        private const int StatusLines = 4;
        private static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(0.5);
        private static readonly TimeSpan Emptying = TimeSpan.FromSeconds(5); // what was killed is gone long before

        private readonly SandboxOrder _order = run._order;
        private readonly ControlGroup? _group = run._slot.Group;
        private readonly long _begun = Stopwatch.GetTimestamp();
        private readonly byte[] _buffer = new byte[BufferBytes];
        private readonly StringBuilder _status = new();
        private int _statusLines;
        private readonly StringBuilder _complaint = new();
        private readonly List<SafeFileHandle> _open = [];

        private SafeFileHandle? _end; // of the sandbox's first process
        private SafeFileHandle? _archiveTo;
        private SafeFileHandle? _compilerSays;
        private SafeFileHandle? _statusFrom;
        private SafeFileHandle? _goTo;
        private SafeFileHandle? _inputTo; // the terminal itself, where there is one
        private SafeFileHandle? _outputFrom;
        private SafeFileHandle? _argumentsTo;
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

        public RunOutcome Live()
        {
            try
            {
                Start();
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
                if (_process != 0)
                    Abandon();
                foreach (var one in _open)
                    one.Dispose();
            }
        }

        /// <summary>Something failed half-way: nothing of it stays.</summary>
        private void Abandon()
        {
            var begun = Stopwatch.GetTimestamp();
            Kill();
            while (LibC.EndingOf(_process) is null && Stopwatch.GetElapsedTime(begun) < Emptying)
                LibC.Poll([], 1);
        }

        private void Start()
        {
            var theirs = new List<SafeFileHandle>(); // the sandbox's ends; closed here whether it begins or not
            try
            {
                Start(theirs);
            }
            finally
            {
                foreach (var one in theirs)
                    one.Dispose();
            }
            _end = LibC.EndOf(_process);
            _open.Add(_end);
            if (_group is null)
            {
                _tree = new ProcessTree(_process);
                LibC.BeNice(_process); // its children are; with an account its group weighs little
            }
            WriteAll(_argumentsTo, Bubblewrap.Build(_order)); // bwrap waits for them, and so do its children
        }

        private void Start(List<SafeFileHandle> theirs)
        {
            var limits = _order.Limits;
            _group?.Begin(_order.Compile is null ? limits with { CompileMemoryBytes = limits.MemoryBytes } : limits);
            var handed = HandedFiles.May(_order);
            if (!handed)
            {
                var archive = new MemoryStream();
                RunFiles.Write(_order.Files, archive);
                _archive = archive.GetBuffer().AsMemory(0, (int)archive.Length);
            }
            SafeFileHandle Ours((SafeFileHandle Read, SafeFileHandle Write) pipe, bool weRead)
            {
                var (ours, other) = weRead ? (pipe.Read, pipe.Write) : (pipe.Write, pipe.Read);
                _open.Add(ours);
                theirs.Add(other);
                LibC.DoNotBlock(ours);
                return ours;
            }
            string? terminal = null;
            if (_order.Terminal is { } size)
            {
                (_outputFrom, terminal) = LibC.Terminal(size.Columns, size.Rows);
                _open.Add(_outputFrom);
                LibC.DoNotBlock(_outputFrom);
                _inputTo = _outputFrom;
                if (run._slot.User is { } user)
                    LibC.Give(terminal, user);
            }
            else
            {
                _inputTo = Ours(LibC.Pipe(), weRead: false);
                _outputFrom = Ours(LibC.Pipe(), weRead: true);
                if (run._slot.User is { } user)
                    theirs.ForEach(pipe => LibC.Give(pipe, user));
                theirs.Add(theirs[^1]); // both outputs are one
            }
            _argumentsTo = Ours(LibC.Pipe(), weRead: false);
            var filterTo = Ours(LibC.Pipe(), weRead: false);
            _archiveTo = Ours(LibC.Pipe(), weRead: false);
            _compilerSays = Ours(LibC.Pipe(), weRead: true);
            _statusFrom = Ours(LibC.Pipe(), weRead: true);
            _goTo = Ours(LibC.Pipe(), weRead: false);
            if (handed)
                theirs.AddRange(HandedFiles.Open(_order));
            WriteAll(filterTo, run._filter); // smaller than what a pipe holds, as the arguments are: nobody has to read yet
            var launch = Bubblewrap.Launch(_order, _group?.Doors.ToArray() ?? [], run._slot.User);
            _process = LibC.Start("/bin/sh", launch, theirs, terminal);
        }

        private void WriteAll(SafeFileHandle? to, byte[] bytes)
        {
            if (LibC.Write(to!, bytes) is { } written && written != bytes.Length) // null: it has ended, and how says why
                throw new IOException("A pipe did not take what the sandbox is told.");
            Close(ref to);
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
            Watch(watched, _end, LibC.CanRead); // it wakes, and is asked for elsewhere
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
            if (_order.Terminal is not null)
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
            if (size is { } to && _order.Terminal is not null && _outputFrom is not null)
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
                _running = _order.Compile is null; // nobody asks
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
                _group?.LimitMemory(_order.Limits.MemoryBytes);
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
            var passed = Math.Min(count.Value, _order.Limits.CompileOutputBytes - _compilerBytes);
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
            ReadOnlySpan<byte> said = _buffer.AsSpan(0, filled);
            if (!_running)
            {
                said = said.ToArray();
                while (_statusFrom is not null && ReadStatus()) { } // it may have begun before
            }
            if (_running)
                Say(said);
            else
                Complain(said);
            return _outputFrom is not null;
        }

        private void Say(ReadOnlySpan<byte> bytes)
        {
            var passed = Math.Min(bytes.Length, _order.Limits.OutputBytes - _saidBytes);
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
            if (!_writing.IsEmpty || _order.Terminal is null)
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
            if (_order.Terminal is null)
                Close(ref _inputTo);
        }

        private void Watch()
        {
            if (_endedBy is not null)
                return;
            var limits = _order.Limits;
            _tree?.Look(Unpacked);
            var (cpu, memory) = _tree is { } tree ? (tree.Cpu, tree.MemoryBytes) : (_group!.Cpu, 0L);
            if (Elapsed > (_order.Terminal is null ? limits.Wall : limits.WallInTerminal))
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
            while (!IsEmpty && Stopwatch.GetElapsedTime(emptied) is var waited && waited < Emptying)
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
            if (Unpacked && _order.Compile is not null)
                return RunEnd.NotCompiled; // what compiled ended the shell
            return _noRoom ? RunEnd.NoRoom : RunEnd.NotStarted;
        }

        private void Close(ref SafeFileHandle? descriptor)
        {
            if (descriptor is not { } open)
                return;
            _open.Remove(open);
            open.Dispose();
            descriptor = null;
        }
    }
}
