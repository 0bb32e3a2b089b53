using System.Text.Json.Nodes;
using Coterie.Server.Runs.Engines;
using Coterie.Server.Runs.Sandboxes;

namespace Coterie.Runs.Tests.Engines;

/// <summary>The filter of system calls as an engine takes it.</summary>
public sealed class SeccompProfileTests
{
    public static TheoryData<string> Architectures => ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"];

    [Theory, MemberData(nameof(Architectures))]
    public void It_forbids_by_name_what_the_other_forbids_by_number(string architecture)
    {
        var table = new[] { SyscallTable.X64, SyscallTable.Arm64 }.Single(one => one.Name == architecture);
        var profile = JsonNode.Parse(SeccompProfile.Of(table))!;
        Assert.Equal(architecture, (string?)Assert.Single(profile["architectures"]!.AsArray()));
        Assert.Equal("SCMP_ACT_ALLOW", (string?)profile["defaultAction"]);
        var rules = profile["syscalls"]!.AsArray();
        Assert.All(rules, rule => Assert.Equal("SCMP_ACT_ERRNO", (string?)rule!["action"]));
        var outright = rules.Where(rule => rule!["args"]!.AsArray().Count == 0).SelectMany(Names).ToArray();
        Assert.Equal(table.Forbidden.Select(call => call.Name).Append("clone3"), outright);
    }

    [Fact]
    public void A_family_of_sockets_is_refused_unless_it_is_one_of_four()
    {
        var rules = JsonNode.Parse(SeccompProfile.Of(SyscallTable.X64))!["syscalls"]!.AsArray();
        var tests = rules.Where(rule => Names(rule).Contains("socket")).Select(rule => rule!["args"]![0]!).ToArray();
        bool Refused(ulong family) =>
            tests.Any(test =>
                (string?)test["op"] == "SCMP_CMP_GT"
                    ? family > (ulong)test["value"]!
                    : (family & (ulong)test["value"]!) == (ulong)test["valueTwo"]!
            );
        Assert.Equal([1u, 2, 10, 16], Enumerable.Range(0, 100).Select(one => (ulong)one).Where(one => !Refused(one)));
        Assert.True(Refused((1UL << 32) + 40)); // the kernel reads the lower half of it
    }

    private static IEnumerable<string> Names(JsonNode? rule) => rule!["names"]!.AsArray().Select(name => (string)name!);
}
