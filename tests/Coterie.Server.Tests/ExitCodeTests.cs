using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>A start that cannot be: one line that says what to do, and a code for scripts.</summary>
public sealed class ExitCodeTests : IDisposable
{
    private readonly Scratch scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public async Task Port_in_use_3_and_data_in_use_10()
    {
        await using var server = await ServerProcess.StartAsync(scratch);
        var address = server.Url.GetLeftPart(UriPartial.Authority);
        await AssertFailsAsync(3, $"cannot listen on {address}", "--urls", address, "--data", scratch.At("other"));
        await AssertFailsAsync(
            10,
            $"The data directory {scratch.Data} is in use by another coterie process.",
            "--urls",
            "http://127.0.0.1:0",
            "--data",
            scratch.Data
        );
    }

    [Theory]
    [InlineData("http://203.0.113.1:0")] // no address of this machine
    [InlineData("http://localhost:0")] // which of its two ports would be meant?
    public Task An_address_that_cannot_be_listened_on_3(string url) =>
        AssertFailsAsync(3, $"cannot listen on {url}", "--urls", url, "--data", scratch.Data);

    [Fact]
    public Task Unwritable_11() =>
        AssertFailsAsync(11, "cannot be written", "--data", Path.Combine(scratch.Write("file", ""), "data"));

    [Fact]
    public async Task Full_12()
    {
        await using var server = await TinyDisk.LaunchAsync(scratch, "64k", fill: true);
        Assert.Equal(12, await server.ExitAsync());
        Assert.Contains("full", server.Complained, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newer_schema_13()
    {
        await Database.MakeAsync(scratch.Data);
        Database.Execute(scratch.Data, "INSERT INTO schema (version) VALUES (41)");
        await AssertFailsAsync(13, "its schema version is 41", "--data", scratch.Data);
    }

    [Fact]
    public async Task Damaged_14()
    {
        scratch.Write("data/rooms.db", new string('x', 8192));
        await AssertFailsAsync(14, "The database rooms.db is damaged", "--data", scratch.Data);
    }

    [Fact]
    public Task A_file_in_the_place_of_the_data_directory_11()
    {
        var file = scratch.Write("file", "");
        return AssertFailsAsync(11, $"{file} is a file. Name a directory with --data.", "--data", file);
    }

    [Fact]
    public Task A_directory_in_the_place_of_the_key_file_1() =>
        AssertFailsAsync(
            1,
            $"{scratch.At("")} is a directory. Name a file",
            "--data",
            scratch.Data,
            "--admin-key-file",
            scratch.At("")
        );

    [Fact]
    public async Task A_key_file_that_cannot_be_written_1() =>
        await AssertFailsAsync(
            1,
            scratch.At("nowhere"),
            "--data",
            scratch.Data,
            "--admin-key-file",
            scratch.At("nowhere/admin.key")
        );

    private static async Task AssertFailsAsync(int code, string sentence, params string[] options)
    {
        var (ended, said, complained) = await ServerProcess.RunAsync(options);
        Assert.Equal((code, ""), (ended, said));
        Assert.StartsWith("coterie: ", complained, StringComparison.Ordinal);
        Assert.Contains(sentence, complained, StringComparison.Ordinal);
        Assert.Single(complained.TrimEnd().Split('\n'));
    }
}
