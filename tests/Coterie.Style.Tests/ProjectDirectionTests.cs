using System.Xml.Linq;

namespace Coterie.Style.Tests;

/// <summary>Projects depend downwards only, and what orders sealed records cannot understand them.</summary>
public sealed class ProjectDirectionTests
{
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Coterie.Crdt"] = [],
        ["Coterie.Protocol"] = [],
        ["Coterie.Hub"] = ["Coterie.Protocol"],
        ["Coterie.Client"] = ["Coterie.Protocol", "Coterie.Crdt"],
        ["Coterie.Server"] = ["Coterie.Hub"],
        ["Coterie.Agent"] = ["Coterie.Hub", "Coterie.Client"],
        ["Coterie.Cli"] = ["Coterie.Server", "Coterie.Agent"],
    };

    /// <summary>Projects that use nothing but the base class library.</summary>
    private static readonly string[] WithoutPackages = ["Coterie.Crdt", "Coterie.Protocol"];

    [Fact]
    public void A_project_references_only_what_lies_below_it() => Check.None(Projects().SelectMany(Faults));

    [Fact]
    public void An_upward_reference_is_found()
    {
        Assert.Single(Faults(new Project("Coterie.Protocol", ["Coterie.Hub"], [])));
        Assert.Single(Faults(new Project("Coterie.Protocol", [], ["Dapper"])));
        Assert.Single(Faults(new Project("Coterie.Unheard", [], [])));
        Check.None(Faults(new Project("Coterie.Hub", ["Coterie.Protocol"], ["Dapper"])));
    }

    [Theory]
    [InlineData("Coterie.Protocol")]
    [InlineData("Coterie.Hub")]
    public void What_orders_records_never_reaches_the_document_engine(string project)
    {
        var projects = Projects().ToDictionary(each => each.Name);
        Assert.DoesNotContain("Coterie.Crdt", Reach(project, projects));
    }

    [Fact]
    public void A_reference_through_another_project_is_found()
    {
        Project[] chain = [new("A", ["B"], []), new("B", ["Coterie.Crdt"], []), new("Coterie.Crdt", [], [])];
        Assert.Contains("Coterie.Crdt", Reach("A", chain.ToDictionary(each => each.Name)));
    }

    private static IEnumerable<string> Faults(Project project)
    {
        if (!MayReference.TryGetValue(project.Name, out var allowed))
        {
            yield return $"{project.Name} has no row in the table of directions";
            yield break;
        }
        foreach (var name in project.References.Except(allowed))
            yield return $"{project.Name} references {name}";
        if (WithoutPackages.Contains(project.Name))
            foreach (var package in project.Packages)
                yield return $"{project.Name} uses the package {package}";
    }

    private static HashSet<string> Reach(string from, Dictionary<string, Project> projects)
    {
        var reached = new HashSet<string>();
        var left = new Stack<string>([from]);
        while (left.TryPop(out var name))
            foreach (var next in projects[name].References)
                if (reached.Add(next))
                    left.Push(next);
        return reached;
    }

    private static IEnumerable<Project> Projects() => Repository.Files("src", ".csproj").Select(Load);

    private static Project Load(string path)
    {
        var xml = XDocument.Parse(Repository.Read(path));
        string[] Included(string element) =>
            [.. xml.Descendants(element).Select(each => each.Attribute("Include")!.Value)];
        return new(
            Path.GetFileNameWithoutExtension(path),
            [.. Included("ProjectReference").Select(each => Path.GetFileNameWithoutExtension(each.Replace('\\', '/')))],
            Included("PackageReference")
        );
    }

    private sealed record Project(string Name, string[] References, string[] Packages);
}
