using System.Security.Cryptography;
using System.Text;
using Coterie.Server.Delivery;
using Coterie.Server.Tests.World;

namespace Coterie.Server.Tests;

/// <summary>The list of a web client's files, and where the program says which it has.</summary>
public sealed class BundleTests
{
    private static readonly string A = new('a', 64);
    private static readonly string B = new('b', 64);

    [Fact]
    public void Y1_a_list_is_read_wholly()
    {
        var bundle = Bundle.Parse(
            Encoding.ASCII.GetBytes($"coterie-bundle 1\n{A} 12 assets/x-1.js\n{B} 0 index.html\n")
        )!;
        Assert.Equal([new("assets/x-1.js", 12, A), new("index.html", 0, B)], bundle.Files);
        Assert.Equal(12, bundle.Find("assets/x-1.js")!.Size);
        Assert.Null(bundle.Find("assets"));
    }

    public static TheoryData<string> Broken =>
        [
            "",
            "coterie-bundle 2\n",
            "coterie-bundle 1",
            $"coterie-bundle 1\n{A} 1 x",
            $"coterie-bundle 1\n{A} 1 x\n\n",
            $"coterie-bundle 1\r\n{A} 1 x\r\n",
            $"coterie-bundle 1\n{A} 1  x\n",
            $"coterie-bundle 1\n{A} 01 x\n",
            $"coterie-bundle 1\n{A} -1 x\n",
            $"coterie-bundle 1\n{A} 33554433 x\n",
            $"coterie-bundle 1\n{A[1..]} 1 x\n",
            $"coterie-bundle 1\n{A.ToUpperInvariant()} 1 x\n",
            $"coterie-bundle 1\n{A} 1 ../x\n",
            $"coterie-bundle 1\n{A} 1 /x\n",
            $"coterie-bundle 1\n{A} 1 x/\n",
            $"coterie-bundle 1\n{A} 1 .vite/x\n",
            $"coterie-bundle 1\n{A} 1 x%2e\n",
            $"coterie-bundle 1\n{A} 1 é\n",
            $"coterie-bundle 1\n{A} 1 bundle.txt\n",
            $"coterie-bundle 1\n{A} 1 {new string('x', 201)}\n",
            $"coterie-bundle 1\n{A} 1 x\n{A} 1 x\n",
            $"coterie-bundle 1\n{A} 1 y\n{A} 1 x\n",
        ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void Y1_or_not_at_all(string list) => Assert.Null(Bundle.Parse(Encoding.UTF8.GetBytes(list)));

    [Fact]
    public void Y1_a_list_has_5000_files_at_most()
    {
        static byte[] List(int files) =>
            Encoding.ASCII.GetBytes(
                "coterie-bundle 1\n" + string.Concat(Enumerable.Range(10_000, files).Select(n => $"{A} 1 {n}\n"))
            );
        Assert.Equal(Bundle.MostFiles, Bundle.Parse(List(Bundle.MostFiles))!.Files.Count);
        Assert.Null(Bundle.Parse(List(Bundle.MostFiles + 1)));
        Assert.Null(Bundle.Parse(new byte[Bundle.MostListBytes + 1]));
    }

    [Fact]
    public void Y2_its_id_is_the_hash_of_the_list()
    {
        var list = Encoding.ASCII.GetBytes($"coterie-bundle 1\n{A} 12 x\n");
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(list)), Bundle.Parse(list)!.Id);
    }

    [Fact]
    public async Task Y2_a_server_says_it_as_it_starts()
    {
        using var scratch = new Scratch();
        var folder = WebFolder.Make(scratch);
        await using var server = await ServerProcess.StartAsync(scratch, "--web", folder);
        Assert.Contains($"web client: bundle {Bundle.In(folder)!.ShortId}\n", server.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_names_the_web_client()
    {
        var (code, said, _) = await ServerProcess.RunCommandAsync("--version");
        Assert.Equal(0, code);
        Assert.Matches(@"^coterie \d+\.\d+\.\d+\S*\nweb client: (none|bundle [0-9a-f]{64})\n$", said);
    }
}
