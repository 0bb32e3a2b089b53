using Coterie.Server.Runs.Engines;

namespace Coterie.Runs.Tests.Engines;

/// <summary>Which image has which language.</summary>
public sealed class RunImagesTests
{
    [Fact]
    public void One_for_all_and_one_for_each_that_has_its_own()
    {
        var images = RunImages.Parse("usual:1, rust=docker.io/library/rust:1.90;go=golang");
        Assert.Equal("docker.io/library/rust:1.90", images.Of("rust"));
        Assert.Equal("usual:1", images.Of("python"));
        Assert.Equal(["docker.io/library/rust:1.90", "golang", "usual:1"], images.All);
        Assert.Equal("go=golang;rust=docker.io/library/rust:1.90;usual:1", images.ToString());
        Assert.Null(RunImages.Parse("go=golang").Of("python"));
    }

    [Theory]
    [InlineData("", "no image is named")]
    [InlineData("one;two", "more than one image is for all languages")]
    [InlineData("go=", "'go=' names no image")]
    [InlineData("a b", "'a b' names no image")]
    [InlineData("go=x?y", "'go=x?y' names no image")]
    [InlineData("cobolt=x", "there is no language 'cobolt'; `coterie languages` lists them")]
    [InlineData("go=a;go=b", "'go' has two images")]
    public void What_is_wrong_is_said(string text, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<FormatException>(() => RunImages.Parse(text)).Message);
}
