using System.Text.RegularExpressions;

namespace Coterie.Style.Tests;

/// <summary>Names are nouns of the domain: a type that needs one of these endings has not found its own name yet.</summary>
public sealed partial class NameTests
{
    /// <summary>
    /// StreamBase is the protocol's own term: baseSeq and baseHead of a stream (PROTOCOL.md section 9). UndoManager is what every
    /// user of Yjs looks for.
    /// </summary>
    private static readonly string[] Meant = ["StreamBase", "UndoManager"];

    [Fact]
    public void No_type_has_an_empty_name() =>
        Check.None(
            from file in Repository
                .Files("src", ".cs")
                .Concat(Repository.Files("clients", ".ts", ".tsx"))
                .Concat(Repository.Files("tests", ".cs", ".ts"))
            where !file.Contains("Coterie.Style.Tests", StringComparison.Ordinal)
            from fault in Faults(file, Repository.Read(file))
            select fault
        );

    [Theory]
    [InlineData("public sealed class RoomManager")]
    [InlineData("internal readonly record struct ClockHelper(int N);")]
    [InlineData("export interface RoomService {")]
    [InlineData("abstract class StoreBase<T>")]
    public void An_empty_name_is_found(string code) => Assert.Single(Faults("x", code));

    [Theory]
    [InlineData("public sealed class Database")]
    [InlineData("public sealed class Room")]
    [InlineData("export type ServiceWorkerState =")]
    public void A_noun_passes(string code) => Check.None(Faults("x", code));

    private static IEnumerable<string> Faults(string file, string text) =>
        Declaration()
            .Matches(text)
            .Where(match => !Meant.Contains(match.Groups["name"].Value))
            .Select(match => $"{file}: {match.Groups["name"].Value} says nothing that a user knows");

    [GeneratedRegex(
        @"\b(class|struct|record|interface|enum|type)\s+(?<name>[A-Z]\w*(Manager|Helpers?|Service|Impl|Base|Utils?))\b"
    )]
    private static partial Regex Declaration();
}
