using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Coterie.Protocol.Runs;

namespace Coterie.Server.Runs.Languages;

/// <summary>Languages by id and by the names of their files. No two share an id or an extension.</summary>
public sealed class LanguageList
{
    private static readonly string[] Placeholders = ["entry", "folder", "stem", "class", "root"];

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    private static readonly Regex Id = new("^[a-z][a-z0-9-]*$", Language.Safe);
    private static readonly Regex Extension = new(@"^(\.[a-z0-9_+-]+)+$", Language.Safe);

    private readonly Dictionary<string, Language> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Language> _byExtension = new(StringComparer.OrdinalIgnoreCase);

    private LanguageList() { }

    /// <summary>Those that Coterie comes with.</summary>
    public static LanguageList Shipped { get; } = ReadShipped();

    /// <summary>In the order of the file.</summary>
    public IReadOnlyCollection<Language> All => _byId.Values;

    public Language? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The language of a file by its longest extension that is one; null where none is.</summary>
    public Language? OfFile(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        for (var dot = name.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = name.IndexOf('.', dot + 1))
            if (_byExtension.TryGetValue(name[dot..], out var language))
                return language;
        return null;
    }

    /// <exception cref="FormatException">What is wrong, with the entry and the field.</exception>
    public static LanguageList Parse(string json)
    {
        var list = new LanguageList();
        try
        {
            using var whole = JsonDocument.Parse(json);
            if (whole.RootElement.ValueKind != JsonValueKind.Array)
                throw new FormatException("languages: a list is one JSON array of languages");
            foreach (var element in whole.RootElement.EnumerateArray())
                list.Add(element);
        }
        catch (JsonException problem)
        {
            throw new FormatException($"languages: {problem.Message}", problem);
        }
        return list;
    }

    private static LanguageList ReadShipped()
    {
        using var stream = typeof(LanguageList).Assembly.GetManifestResourceStream("Coterie.Server.languages.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }

    private void Add(JsonElement element)
    {
        var id =
            element.ValueKind == JsonValueKind.Object
            && element.TryGetProperty("id", out var given)
            && given.ValueKind == JsonValueKind.String
                ? given.GetString()!
                : $"entry {_byId.Count + 1}";
        Language language;
        try
        {
            language = element.Deserialize<Language>(Options) ?? throw new FormatException($"languages: {id} is null");
        }
        catch (JsonException problem)
        {
            throw new FormatException($"languages: {id}: {problem.Message}", problem);
        }
        if (Fault(language) is ({ } field, { } what))
            throw new FormatException($"languages: {id}: {field}: {what}");
        _byId.Add(language.Id, language);
        foreach (var extension in language.Extensions)
            _byExtension.Add(extension, language);
    }

    private (string Field, string What)? Fault(Language one)
    {
        if (!Id.IsMatch(one.Id))
            return ("id", "lower-case letters, digits and '-' only");
        if (_byId.ContainsKey(one.Id))
            return ("id", "there is one already");
        if (one.Name.Length == 0)
            return ("name", "is empty");
        foreach (var extension in one.Extensions)
        {
            if (!Extension.IsMatch(extension))
                return ("extensions", $"'{extension}' is none, such as '.py'");
            if (_byExtension.TryGetValue(extension, out var other))
                return ("extensions", $"'{extension}' is that of {other.Id}");
            if (one.Extensions.Count(same => same == extension) > 1)
                return ("extensions", $"'{extension}' stands there twice");
        }
        if (one.File.Contains('/', StringComparison.Ordinal) || (one.Extensions.Count > 0 && !one.Owns(one.File)))
            return ("file", $"'{one.File}' is no name of such a file");
        foreach (var (field, command) in new[] { ("compile", one.Compile), ("run", one.Run), ("version", one.Version) })
            if (command is not null && CommandFault(field, command) is { } fault)
                return (field, fault);
        if (one.Main is { } main && MainFault(main) is { } mainFault)
            return ("main", mainFault);
        if (one.Needs.Count == 0)
            return ("needs", "is empty");
        if (one.Needs.FirstOrDefault(IsElsewhere) is { } elsewhere)
            return ("needs", $"'{elsewhere}' is neither a program's name nor a path below /usr");
        if (one.Packages.Count == 0)
            return ("packages", "is empty");
        if (one.Limits is { MemoryMB: < 1 } or { CompileMemoryMB: < 1 } or { Processes: < 1 })
            return ("limits", "have to be above 0");
        if (one.Elsewhere?.Fault(one.Needs) is { } elsewhereFault)
            return ("elsewhere", elsewhereFault);
        if (one.Hello.Count == 0)
            return ("hello", "is empty");
        return EntryFault(one);
    }

    private static (string Field, string What)? EntryFault(Language one)
    {
        try
        {
            var (order, problem) = one.Order([new RunFile(one.File, default)], one.File, []);
            return order is null ? ("file", problem!) : null;
        }
        catch (ArgumentException problem)
        {
            return ("entry", problem.Message);
        }
    }

    private static string? MainFault(string pattern)
    {
        try
        {
            _ = new Regex(pattern, Language.Safe | RegexOptions.Multiline);
            return null;
        }
        catch (ArgumentException problem)
        {
            return problem.Message;
        }
        catch (NotSupportedException problem) // such as what is only matched by going back
        {
            return problem.Message;
        }
    }

    private static string? CommandFault(string field, IReadOnlyList<string> command)
    {
        if (command.Count == 0)
            return "is empty";
        foreach (var word in command)
        {
            if (word is Language.Sources or Language.Siblings && field != "version")
                continue;
            if (word is Language.Arguments && field == "run")
                continue;
            foreach (Match match in Language.Placeholder.Matches(word))
                if (field == "version" || !Placeholders.Contains(match.Groups["name"].Value, StringComparer.Ordinal))
                    return $"'{match.Value}' cannot stand in '{word}'";
        }
        return null;
    }

    private static bool IsElsewhere(string need) =>
        need.Length == 0
        || (need.Contains('/', StringComparison.Ordinal) && !need.StartsWith("/usr/", StringComparison.Ordinal));
}
