using Coterie.Protocol.Runs;
using Coterie.Server.Runs;

namespace Coterie.Runs.Tests;

/// <summary>Which names a run's files may have.</summary>
public sealed class RunFilesTests
{
    [Theory]
    [InlineData("../x")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public void A_path_that_leads_elsewhere_is_refused(string path) =>
        Assert.NotNull(RunFiles.Problem([Orders.File("x", ""), new RunFile(path, default)], 1000));

    [Fact]
    public void Paths_that_cannot_stand_beside_each_other_are_refused()
    {
        Assert.NotNull(RunFiles.Problem([Orders.File("a", ""), Orders.File("a", "")], 1000));
        Assert.NotNull(RunFiles.Problem([Orders.File("a/b", ""), Orders.File("a", "")], 1000));
        Assert.NotNull(RunFiles.Problem([Orders.File("half a letter \ud800", "")], 1000));
        Assert.NotNull(RunFiles.Problem([Orders.File(new string('x', 4096), "")], 1000));
        Assert.NotNull(RunFiles.Problem([Orders.File(new string('ü', 128), "")], 1000));
        Assert.NotNull(RunFiles.Problem([new RunFile("a", new byte[1001])], 1000));
        Assert.NotNull(RunFiles.Problem([Orders.File(string.Join('/', Enumerable.Repeat("a", 33)), "")], 1000));
        Assert.Null(RunFiles.Problem([Orders.File(string.Join('/', Enumerable.Repeat("a", 32)), "")], 1000));
        Assert.Null(RunFiles.Problem([Orders.File("a/b", ""), Orders.File("a.b", "")], 1000));
    }
}
