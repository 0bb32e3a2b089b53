using System.Globalization;
using System.Text;
using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests;

/// <summary>What a run is, whatever holds it.</summary>
public abstract class SandboxTests
{
    protected abstract ISandbox Sandbox { get; }

    /// <summary>Whether the kernel counts what a run takes, and is asked.</summary>
    protected abstract bool Counts { get; }

    [Fact]
    public async Task A_program_says_something_and_ends()
    {
        var done = await Done.Shell(Sandbox, "echo out; echo err >&2; exit 3");
        Assert.Equal(RunEnd.Exited, done.Outcome.End);
        Assert.Equal(3, done.Outcome.ExitCode);
        Assert.Equal("out\nerr\n", done.Said);
        Assert.Equal(!Counts, done.Outcome.Approximate);
        Assert.InRange(done.Outcome.Wall, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(20));
        Assert.NotEqual(0, done.Outcome.PeakMemoryBytes);
    }

    [Fact]
    public async Task The_kernel_counts_what_a_run_takes()
    {
        var done = await Done.Of(
            Sandbox,
            Orders.C(
                """
                #include <stdlib.h>
                #include <string.h>
                #include <time.h>
                int main(void) {
                    char *bytes = malloc(50 << 20);
                    memset(bytes, 1, 50 << 20);
                    while (clock() < CLOCKS_PER_SEC / 2) bytes[clock() % 1000]++;
                    return bytes[0] == 77;
                }
                """
            )
        );
        Assert.Equal(RunEnd.Exited, done.Outcome.End);
        Assert.InRange(done.Outcome.PeakMemoryBytes, 50 << 20, 130 << 20);
        Assert.InRange(done.Outcome.Cpu.TotalSeconds, 0.45, 10);
    }

    [Fact]
    public async Task Input_is_read_to_its_end()
    {
        var input = new string('x', 300_000) + "\n";
        var order = Orders.Shell("wc -c; echo done") with { Input = Encoding.UTF8.GetBytes(input) };
        Assert.Equal("300001\ndone\n", (await Done.Of(Sandbox, order)).Said);
    }

    [Fact]
    public async Task Without_input_a_program_reads_the_end() =>
        Assert.Equal("0\n", (await Done.Shell(Sandbox, "wc -c")).Said);

    [Fact]
    public async Task Input_and_outputs_are_opened_by_their_names()
    {
        var order = Orders.Shell("cat /dev/stdin; echo out > /dev/stdout; echo err > /dev/stderr") with
        {
            Input = "in\n"u8.ToArray(),
        };
        Assert.Equal("in\nout\nerr\n", (await Done.Of(Sandbox, order)).Said);
    }

    [Fact]
    public async Task A_terminal_is_opened_by_its_names()
    {
        var order = Orders.Shell("read line < /dev/stdin; echo \"$line\" > /dev/stdout; echo tty > /dev/tty") with
        {
            Input = "in\n"u8.ToArray(),
            Terminal = new TerminalSize(80, 24),
        };
        Assert.EndsWith("in\r\ntty\r\n", (await Done.Of(Sandbox, order)).Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signals_are_as_a_program_expects_them() =>
        Assert.Equal("y\n", (await Done.Shell(Sandbox, "yes | head -1")).Said);

    [Fact]
    public async Task What_the_compiler_says_stands_apart()
    {
        var done = await Done.Of(
            Sandbox,
            Orders.C("#warning mind this\n#include <stdio.h>\nint main(void) { puts(\"ran\"); return 0; }")
        );
        Assert.Equal(0, done.CompilerExitCode);
        Assert.Contains("mind this", done.CompilerSaid, StringComparison.Ordinal);
        Assert.Equal("ran\n", done.Said);
    }

    [Fact]
    public async Task What_does_not_compile_does_not_run()
    {
        var done = await Done.Of(Sandbox, Orders.C("int main(void) { return undefined_name; }"));
        Assert.Equal(RunEnd.NotCompiled, done.Outcome.End);
        Assert.Equal(1, done.CompilerExitCode);
        Assert.Contains("undefined_name", done.CompilerSaid, StringComparison.Ordinal);
        Assert.Equal("", done.Said);
    }

    [Fact]
    public async Task A_terminal_echoes_is_resized_and_obeys_Ctrl_C()
    {
        var order = Orders.Shell(
            """
            trap 'stty size; echo interrupted; exit 9' INT
            tty -s && echo terminal
            stty size
            read line; echo "got $line"
            sleep 30 & wait
            """
        ) with
        {
            Terminal = new TerminalSize(80, 24),
        };
        var run = Sandbox.TryStart(order)!;
        var said = new StringBuilder();
        async Task Until(string text)
        {
            while (!said.ToString().Contains(text, StringComparison.Ordinal))
            {
                var happened = await run.Events.ReadAsync(TestContext.Current.CancellationToken);
                said.Append(Encoding.UTF8.GetString(Assert.IsType<SandboxEvent.Said>(happened).Bytes.Span));
            }
        }
        await Until("24 80");
        Assert.True(run.Type("hello\r"u8.ToArray()));
        await Until("got hello");
        run.Resize(new TerminalSize(132, 50));
        run.Type(new byte[] { 3 });
        var done = await Done.Of(run);
        Assert.Contains("terminal\r\n", said.ToString(), StringComparison.Ordinal);
        Assert.Contains("50 132", done.Said, StringComparison.Ordinal);
        Assert.Equal(9, done.Outcome.ExitCode);
    }

    [Fact]
    public async Task Whoever_stops_a_run_ends_all_of_it()
    {
        var run = Sandbox.TryStart(Orders.Shell("setsid sleep 1000 & echo begun; sleep 1000"))!;
        await run.Events.WaitToReadAsync(TestContext.Current.CancellationToken);
        run.Stop();
        var done = await Done.Of(run);
        Assert.Equal(RunEnd.Stopped, done.Outcome.End);
        Assert.Empty(Host.Running("sleep 1000"));
        run.Stop(); // it has ended: nothing happens
        run.Resize(new TerminalSize(80, 24));
    }

    [Fact]
    public async Task Time_by_the_clock_ends()
    {
        var done = await Done.Shell(Sandbox, "sleep 999", new RunLimits { Wall = TimeSpan.FromMilliseconds(700) });
        Assert.Equal(RunEnd.OutOfTime, done.Outcome.End);
    }

    [Fact]
    public async Task Time_on_processors_ends_whoever_takes_it()
    {
        var script = "for n in 1 2 3; do ( while :; do :; done ) & done; wait";
        var limits = new RunLimits { Cpu = TimeSpan.FromMilliseconds(600), Wall = TimeSpan.FromSeconds(60) };
        Assert.Equal(RunEnd.OutOfCpu, (await Done.Shell(Sandbox, script, limits)).Outcome.End);
    }

    [Fact]
    public async Task Output_over_the_limit_is_thrown_away_and_said()
    {
        var limits = new RunLimits { OutputBytes = 100_000 };
        var done = await Done.Shell(Sandbox, "head -c 3000000 /dev/zero | tr '\\0' x; echo; echo end", limits);
        Assert.Equal(100_000, done.Said.Length);
        Assert.True(done.Outcome.OutputCut);
        Assert.Equal(RunEnd.Exited, done.Outcome.End);
    }

    [Fact]
    public async Task Files_larger_than_the_folder_are_refused_and_said()
    {
        var order = Orders.Shell("echo ran", new RunLimits { DiskBytes = 1 << 20 }) with
        {
            Files = [Orders.File("script.sh", "echo ran"), new RunFile("large", new byte[3 << 20])],
        };
        var done = await Done.Of(Sandbox, order);
        Assert.True(done.Outcome.End == RunEnd.NoRoom, done.Outcome.ToString());
        Assert.Equal("", done.Said);
    }

    [Fact]
    public async Task Folders_and_odd_names_come_as_they_are()
    {
        var order = new SandboxOrder
        {
            Files =
            [
                Orders.File("a/b/c.txt", "deep"),
                Orders.File("-rf", "dash"),
                Orders.File("it's $HOME \"x\".txt", "quotes"),
                Orders.File("ü/" + new string('ß', 120), "long"),
                Orders.File("tool", "#!/bin/sh\necho tool"),
            ],
            Run = ["sh", "-c", "cat a/b/c.txt ./-rf \"it's \\$HOME \\\"x\\\".txt\" ü/*; ./tool"],
        };
        Assert.Equal("deepdashquoteslongtool\n", (await Done.Of(Sandbox, order)).Said);
    }

    [Fact]
    public async Task A_zero_byte_in_what_the_sandbox_is_told_starts_nothing()
    {
        var order = Orders.Shell("echo ran") with
        {
            Environment = new Dictionary<string, string> { ["X"] = "1\0--bind\0/\0/host" },
        };
        Assert.Equal(RunEnd.NotStarted, (await Done.Of(Sandbox, order)).Outcome.End);
        Assert.Equal("ran\n", (await Done.Shell(Sandbox, "echo ran")).Said);
    }

    [Fact]
    public async Task A_full_house_takes_no_more()
    {
        var runs = Enumerable.Range(0, 4).Select(_ => Sandbox.TryStart(Orders.Shell("sleep 100"))!).ToList();
        Assert.All(runs, Assert.NotNull);
        Assert.Null(Sandbox.TryStart(Orders.Shell("true")));
        foreach (var run in runs)
            run.Stop();
        foreach (var run in runs)
            Assert.Equal(RunEnd.Stopped, (await Done.Of(run)).Outcome.End);
        Assert.Equal(RunEnd.Exited, (await Done.Shell(Sandbox, "true")).Outcome.End);
    }
}

/// <summary>What the machine looks like from outside a run.</summary>
internal static class Host
{
    /// <summary>Command lines that contain the text.</summary>
    public static string[] Running(string text) =>
        [
            .. CommandLines()
                .Where(line =>
                    line.Contains(text, StringComparison.Ordinal) && !line.Contains("sh -c", StringComparison.Ordinal)
                ),
        ];

    /// <summary>Processes of that name which this one began, and which have not ended.</summary>
    public static int[] Children(string name) =>
        [
            .. Directory
                .GetDirectories("/proc/self/task")
                .SelectMany(thread => File.ReadAllText(thread + "/children").Split(' '))
                .Where(child => child.Length > 0 && Name(child) == name)
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture)),
        ];

    private static string Name(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var end = stat.LastIndexOf(')');
            return stat[end + 2] == 'Z' ? "" : stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end];
        }
        catch (IOException)
        {
            return "";
        }
    }

    public static IEnumerable<string> CommandLines() =>
        Directory
            .GetDirectories("/proc")
            .Select(folder => Path.Combine(folder, "cmdline"))
            .Select(file =>
            {
                try
                {
                    return File.ReadAllText(file).Replace('\0', ' ');
                }
                catch (IOException)
                {
                    return "";
                }
            });
}
