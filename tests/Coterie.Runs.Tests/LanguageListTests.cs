using System.Text.Json.Nodes;
using Coterie.Server.Runs;
using Coterie.Server.Runs.Languages;

namespace Coterie.Runs.Tests;

/// <summary>What a list of languages says, and what is wrong with one.</summary>
public sealed class LanguageListTests
{
    private const string One = """
        {
          "id": "snake", "name": "Snake", "extensions": [".s", ".snake.s"], "file": "main.s",
          "entry": { "pattern": "[a-z]+", "rule": "Small letters only." },
          "main": "^go\\b", "compile": ["snakec", "-o", "/tmp/{stem}", "-I{folder}", "{sources}"], "run": ["/tmp/{stem}", "--", "{arguments}"],
          "environment": { "SNAKE": "1" }, "needs": ["snakec", "/usr/lib/snake"], "version": ["snakec", "-v"],
          "packages": ["snake"], "limits": { "memoryMB": 300, "compileMemoryMB": 700, "processes": 200 },
          "elsewhere": { "page": "https://snake.example/", "windows": { "programs": { "snakec": ["snake -c"] }, "batch": ["snakec"] } },
          "hello": ["greet"], "reads": "Rat", "says": "Hiss"
        }
        """;

    [Fact]
    public void Forty_and_more_are_shipped()
    {
        Assert.InRange(LanguageList.Shipped.All.Count, 40, 200);
        foreach (var language in LanguageList.Shipped.All)
        {
            Assert.Equal(language.Hello, language.Hello.Select(line => line.TrimEnd()));
            if (language.Extensions.Count > 0)
                Assert.Same(language, LanguageList.Shipped.OfFile(language.File));
        }
    }

    [Fact]
    public void Every_field_is_read()
    {
        var snake = LanguageList.Parse($"[{One}]").Find("snake")!;
        var (order, problem) = snake.Order(
            [
                Orders.File("lib/x.s", "let go\ngone"),
                Orders.File("lib/main.s", "go"),
                Orders.File("lib/a.s", ""),
                Orders.File("lib/b.s", "\ngo"),
                Orders.File("b.s", ""),
            ],
            "lib/main.s",
            ["one two"],
            "in"u8.ToArray(),
            new TerminalSize(80, 24)
        );
        Assert.Null(problem);
        Assert.Equal(["snakec", "-o", "/tmp/main", "-Ilib", "lib/a.s", "lib/x.s", "lib/main.s"], order!.Compile!);
        Assert.Equal(["/tmp/main", "--", "one two"], order.Run);
        Assert.Equal("1", order.Environment["SNAKE"]);
        Assert.Equal(300 << 20, order.Limits.MemoryBytes);
        Assert.Equal(700 << 20, order.Limits.CompileMemoryBytes);
        Assert.Equal(200, order.Limits.Processes);
        Assert.Equal(2, order.Input.Length);
        Assert.Equal(80, order.Terminal!.Value.Columns);
        Assert.Equal("https://snake.example/", snake.Elsewhere!.Page!.ToString());
        Assert.Equal(["snake -c"], snake.Elsewhere.Windows!.Programs!["snakec"]);
        Assert.Equal("Rat", snake.Reads);
        Assert.Equal("Hiss", snake.Says);
    }

    [Fact]
    public void What_is_not_said_is_as_usual()
    {
        var entry = Changed("limits", null, "environment", null, "compile", null, "entry", null, "version", null);
        var (order, _) = LanguageList.Parse(entry).Find("snake")!.Order([Orders.File("1.s", "")], "1.s", []);
        Assert.Null(order!.Compile);
        Assert.Empty(order.Environment);
        Assert.Equal(new RunLimits(), order.Limits);
    }

    [Fact]
    public void A_file_belongs_to_its_longest_extension()
    {
        var other = Changed("id", "'viper'", "extensions", "['.viper','.s.viper']", "file", "'main.viper'");
        var list = LanguageList.Parse($"[{One},{other[1..^1]}]");
        Assert.Equal("snake", list.OfFile("a/b.viper.d/x.snake.s")!.Id);
        Assert.Equal("viper", list.OfFile("x.s.viper")!.Id);
        Assert.Equal("snake", list.OfFile("X.S")!.Id);
        Assert.Null(list.OfFile("a.s/Makefile"));
        Assert.Null(list.OfFile("s"));
        Assert.Null(list.Find("s"));
    }

    [Theory]
    [InlineData("name", null, "snake: *name*")]
    [InlineData("colour", "'green'", "snake: *colour*")]
    [InlineData("extensions", "'.s'", "snake: *extensions*")]
    [InlineData("extensions", "['s']", "snake: extensions: 's'*")]
    [InlineData("extensions", "['.S']", "snake: extensions: '.S'*")]
    [InlineData("extensions", "['.s', '.s']", "snake: extensions: '.s'*")]
    [InlineData("id", "'Snake 4'", "Snake 4: id: *")]
    [InlineData("name", "''", "snake: name: is empty")]
    [InlineData("file", "'main.py'", "snake: file: 'main.py'*")]
    [InlineData("file", "'MAIN.s'", "snake: file: *Small letters only.")]
    [InlineData("entry", "{'pattern':'(','rule':'x'}", "snake: entry: *")]
    [InlineData("main", "'('", "snake: main: *")]
    [InlineData("main", "'(?=a)'", "snake: main: *")]
    [InlineData("run", "['{siblings}','x{siblings}']", "snake: run: '{siblings}'*")]
    [InlineData("version", "['{siblings}']", "snake: version: '{siblings}'*")]
    [InlineData("run", "[]", "snake: run: is empty")]
    [InlineData("run", "['{etnry}']", "snake: run: '{etnry}' cannot stand in '{etnry}'")]
    [InlineData("run", "['x{arguments}']", "snake: run: '{arguments}'*")]
    [InlineData("compile", "['{arguments}']", "snake: compile: '{arguments}'*")]
    [InlineData("version", "['{entry}']", "snake: version: '{entry}'*")]
    [InlineData("needs", "[]", "snake: needs: is empty")]
    [InlineData("needs", "['/opt/snake']", "snake: needs: '/opt/snake'*")]
    [InlineData("packages", "[]", "snake: packages: is empty")]
    [InlineData("limits", "{'memoryMB':0}", "snake: limits: *")]
    [InlineData("limits", "{'memory':1}", "snake: *memory*")]
    [InlineData("elsewhere", "{'page':'http://snake.example'}", "snake: elsewhere: 'http://snake.example/'*")]
    [InlineData("elsewhere", "{'programs':{'viperc':['v']}}", "snake: elsewhere: 'viperc'*")]
    [InlineData("elsewhere", "{'windows':{'programs':{'snakec':[]}}}", "snake: elsewhere: 'snakec'*")]
    [InlineData("elsewhere", "{'windows':{'batch':['viperc']}}", "snake: elsewhere: 'viperc'*")]
    [InlineData("elsewhere", "{'linux':{}}", "snake: *linux*")]
    [InlineData("hello", "[]", "snake: hello: is empty")]
    public void What_is_wrong_is_said_with_its_entry_and_field(string field, string? value, string sentence)
    {
        var problem = Assert.Throws<FormatException>(() => LanguageList.Parse(Changed(field, value)));
        Assert.Matches(
            "^languages: "
                + System.Text.RegularExpressions.Regex.Escape(sentence).Replace("\\*", ".*", StringComparison.Ordinal)
                + "$",
            problem.Message.ReplaceLineEndings(" ")
        );
    }

    [Fact]
    public void Two_share_neither_id_nor_extension()
    {
        Assert.Contains(
            "id: there is one",
            Assert.Throws<FormatException>(() => LanguageList.Parse($"[{One},{One}]")).Message,
            StringComparison.Ordinal
        );
        var other = Changed("id", "'viper'");
        var problem = Assert.Throws<FormatException>(() => LanguageList.Parse($"[{One},{other[1..^1]}]"));
        Assert.Equal("languages: viper: extensions: '.s' is that of snake", problem.Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("[null]")]
    [InlineData("[1]")]
    public void What_is_no_list_is_refused(string json) =>
        Assert.StartsWith(
            "languages: ",
            Assert.Throws<FormatException>(() => LanguageList.Parse(json)).Message,
            StringComparison.Ordinal
        );

    /// <summary>A list of the one language, with fields given other values, or none.</summary>
    private static string Changed(params string?[] fieldsAndValues)
    {
        var entry = JsonNode.Parse(One)!.AsObject();
        foreach (var pair in fieldsAndValues.Chunk(2))
            if (pair[1] is { } value)
                entry[pair[0]!] = JsonNode.Parse(value.Replace('\'', '"'));
            else
                entry.Remove(pair[0]!);
        return $"[{entry.ToJsonString()}]";
    }
}
