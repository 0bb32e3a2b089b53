using Coterie.Protocol.Runs;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Languages;

namespace Coterie.Runs.Tests;

/// <summary>The languages that Coterie comes with, as programs in them are written: several files, arguments, what is wrong with them.</summary>
[Collection(nameof(Sandboxed))]
public sealed class LanguageTests(Sandboxed sandboxes)
{
    [Theory]
    [InlineData("python")]
    [InlineData("javascript")]
    [InlineData("c")]
    [InlineData("cpp")]
    [InlineData("java")]
    [InlineData("perl")]
    [InlineData("bash")]
    public async Task It_says_its_hello_and_its_version(string id)
    {
        var language = LanguageList.Shipped.Find(id)!;
        var trial = await Trial.RunAsync(language, sandboxes.Counted, TestContext.Current.CancellationToken);
        Assert.True(trial.Problem is null, trial.Problem);
        var found = await Toolchain.LookAsync(language, sandboxes.Counted, TestContext.Current.CancellationToken);
        Assert.True(found.Problem is null, found.Problem);
        Assert.Matches(@"^\d+\.\d+", found.Version);
    }

    [Fact]
    public async Task Two_files_and_a_header_in_C()
    {
        var done = await RunAsync(
            "main.c",
            [],
            Orders.File(
                "main.c",
                "#include <stdio.h>\n#include \"shapes/area.h\"\nint main(void) { printf(\"%d\\n\", area(6, 7)); }"
            ),
            Orders.File("shapes/area.h", "int area(int width, int height);"),
            Orders.File(
                "shapes/area.c",
                "#include \"area.h\"\nint area(int width, int height) { return width * height; }"
            ),
            Orders.File("notes.txt", "no program")
        );
        Assert.Equal("42\n", done.Said);
        Assert.Equal("", done.CompilerSaid);
    }

    [Theory]
    [InlineData(
        ".c",
        "#include <stdio.h>\nint twice(int);\nint main(void) { printf(\"NAME %d\\n\", twice(21)); }",
        "int twice(int n) { return 2 * n; }"
    )]
    [InlineData(
        ".java",
        "class NAME { public static void main(String[] all) { System.out.println(\"NAME \" + Part.twice(21)); } }\nclass Same { }",
        "class Part { static int twice(int n) { return 2 * n; } }"
    )]
    [InlineData(
        ".go",
        "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"NAME\", twice(21)) }",
        "package main\nfunc twice(n int) int { return 2 * n }"
    )]
    public async Task The_chosen_one_of_two_programs_runs(string extension, string program, string part)
    {
        string Of(string name) => program.Replace("NAME", name, StringComparison.Ordinal);
        RunFile[] files =
        [
            Orders.File("One" + extension, Of("One")),
            Orders.File("Two" + extension, Of("Two")),
            Orders.File("Broken" + extension, Of("Broken") + "\n}"),
            Orders.File("Part" + extension, part),
            Orders.File("elsewhere/One" + extension, Of("Third")),
        ];
        if (Toolchain.Missing(LanguageList.Shipped.OfFile("One" + extension)!) is { } missing)
            Assert.Skip(missing);
        foreach (var name in new[] { "One", "Two" })
            Assert.Equal($"{name} 42\n", (await RunAsync(name + extension, [], files)).Said);
    }

    [Theory, InlineData("main.c"), InlineData("main.cpp")]
    public async Task A_compiler_counts_a_tab_as_one_letter_as_editors_do(string entry)
    {
        var done = await RunAsync(entry, [], Orders.File(entry, "int main(void) {\n\treturn nothing;\n}\n"));
        Assert.Contains($"{entry}:2:9: error", done.CompilerSaid, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_module_in_a_folder_in_Python()
    {
        var done = await RunAsync(
            "main.py",
            [],
            Orders.File("main.py", "from shapes.area import area\nprint(area(6, 7))"),
            Orders.File("shapes/area.py", "def area(width, height): return width * height")
        );
        Assert.Equal("42\n", done.Said);
    }

    [Theory]
    [InlineData("Main.java", "")]
    [InlineData("shapes/Main.java", "package shapes;\n")]
    public async Task Two_classes_in_Java(string entry, string package)
    {
        var done = await RunAsync(
            entry,
            ["six seven"],
            Orders.File(
                entry,
                package
                    + "public class Main { public static void main(String[] all) { System.out.println(Area.of(6, 7) + all[0]); } }"
            ),
            Orders.File(
                entry.Replace("Main", "Area", StringComparison.Ordinal),
                package + "class Area { static int of(int width, int height) { return width * height; } }"
            )
        );
        Assert.Equal("42six seven\n", done.Said);
    }

    [Theory]
    [InlineData("main.py", "import sys\nprint('|'.join(sys.argv[1:]))")]
    [InlineData("main.sh", "IFS='|'; echo \"$*\"")]
    [InlineData("main.pl", "print join('|', @ARGV), \"\\n\"")]
    [InlineData("main.js", "console.log(process.argv.slice(2).join('|'))")]
    [InlineData(
        "main.c",
        "#include <stdio.h>\nint main(int n, char **all) { for (int i = 1; i < n; i++) printf(i > 1 ? \"|%s\" : \"%s\", all[i]); puts(\"\"); }"
    )]
    public async Task Arguments_come_as_they_were_given(string entry, string program)
    {
        string[] arguments = ["two words", "it's \"quoted\"", "$HOME `id` \\", "", "--version", "-x", "ü*", "{entry}"];
        var done = await RunAsync(entry, arguments, Orders.File(entry, program));
        Assert.Equal(string.Join('|', arguments) + "\n", done.Said);
    }

    [Theory]
    [InlineData("-c.py", "print('ran')")]
    [InlineData("a b/it's.py", "print('ran')")]
    [InlineData("@x.c", "#include <stdio.h>\nint main(void) { puts(\"ran\"); }")]
    [InlineData("--help.c", "#include <stdio.h>\nint main(void) { puts(\"ran\"); }")]
    [InlineData("-e.pl", "print \"ran\\n\"")]
    [InlineData("-p.js", "console.log('ran')")]
    public async Task No_file_name_is_taken_for_an_option(string entry, string program) =>
        Assert.Equal("ran\n", (await RunAsync(entry, [], Orders.File(entry, program))).Said);

    [Theory]
    [InlineData("java", "my-program.java", "name of its class")]
    [InlineData("java", "1.java", "name of its class")]
    [InlineData("python", "gone.py", "“gone.py”, is not among")]
    [InlineData("python", "notes.txt", "no Python file: those end in .py")]
    public void A_file_that_cannot_be_the_entry_is_refused(string id, string entry, string sentence)
    {
        var files = new[]
        {
            Orders.File("my-program.java", ""),
            Orders.File("1.java", ""),
            Orders.File("notes.txt", ""),
        };
        var (order, problem) = LanguageList.Shipped.Find(id)!.Order(files, entry, []);
        Assert.Null(order);
        Assert.Contains(sentence, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_command_can_hold_is_refused()
    {
        var python = LanguageList.Shipped.Find("python")!;
        RunFile[] files = [Orders.File("main.py", "")];
        Assert.NotNull(python.Order(files, "main.py", ["a\0b"]).Problem);
        Assert.NotNull(python.Order(files, "main.py", [new string('x', 100_000)]).Problem);
        Assert.NotNull(python.Order(files, "main.py", [new string('\'', 10_000)]).Problem);
        Assert.NotNull(python.Order([Orders.File("../main.py", "")], "../main.py", []).Problem);
        Assert.Null(python.Order(files, "main.py", [new string('x', 90_000)]).Problem);
    }

    [Fact]
    public async Task The_longest_command_that_is_accepted_runs()
    {
        var done = await RunAsync(
            "main.py",
            [new string('\'', 7_500)],
            Orders.File("main.py", "import sys\nprint(len(sys.argv[1]))")
        );
        Assert.Equal("7500\n", done.Said);
    }

    [Fact]
    public async Task A_missing_toolchain_says_how_to_install_it()
    {
        var absent = LanguageList.Shipped.Find("python")! with
        {
            Name = "Snake",
            Needs = ["snake4"],
            Packages = ["snake", "snake-dev"],
        };
        const string Sentence = "Snake is not installed; install it: apt-get install snake snake-dev";
        var cancelled = TestContext.Current.CancellationToken;
        Assert.Equal(Sentence, (await Toolchain.LookAsync(absent, sandboxes.Counted, cancelled)).Problem);
        Assert.Equal(Sentence, (await Trial.RunAsync(absent, sandboxes.Counted, cancelled)).Problem);
    }

    [Fact]
    public async Task A_version_that_is_not_the_languages_own_says_whose_it_is()
    {
        Assert.Equal("esbuild", LanguageList.Shipped.Find("typescript")!.VersionOf);
        var made = LanguageList.Shipped.Find("python")! with { VersionOf = "tool", Version = ["echo", "1.2.3"] };
        var found = await Toolchain.LookAsync(made, sandboxes.Counted, TestContext.Current.CancellationToken);
        Assert.Equal("tool 1.2.3", found.Version);
    }

    [Fact]
    public async Task A_toolchain_that_does_not_answer_says_so()
    {
        var broken = LanguageList.Shipped.Find("python")! with { Version = ["sh", "-c", "echo broken; exit 3"] };
        var found = await Toolchain.LookAsync(broken, sandboxes.Counted, TestContext.Current.CancellationToken);
        Assert.Null(found.Version);
        Assert.Contains("exit code 3): broken", found.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hello_that_says_something_else_has_failed()
    {
        var rude = LanguageList.Shipped.Find("python")! with { Hello = ["print('Go away')"] };
        var trial = await Trial.RunAsync(rude, sandboxes.Counted, TestContext.Current.CancellationToken);
        Assert.Contains("said: Go away", trial.Problem, StringComparison.Ordinal);
    }

    private Task<FinishedRun> RunAsync(string entry, string[] arguments, params RunFile[] files)
    {
        var (order, problem) = LanguageList.Shipped.OfFile(entry)!.Order(files, entry, arguments);
        Assert.Null(problem);
        return Done.Of(sandboxes.Counted, order!);
    }
}
