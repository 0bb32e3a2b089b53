using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Coterie.Server.Web;

namespace Coterie.Server.Delivery;

/// <param name="Path">Below the base address; empty for the page at it.</param>
/// <param name="Kind">differs, missing or more.</param>
/// <param name="What">In words.</param>
public sealed record Difference(string Path, string Kind, string What);

/// <summary>What a server hands out, beside a bundle.</summary>
/// <param name="ServedId">Of the list that the server has; null where it has none.</param>
/// <param name="Files">Whose bytes were compared.</param>
/// <param name="Answers">That were read for it.</param>
/// <param name="Settings">What its operator set in its pages, in words.</param>
/// <param name="Elsewhere">Which addresses beside the server its pages may ask.</param>
public sealed record Compared(
    string Id,
    string? ServedId,
    int Files,
    int Answers,
    IReadOnlyList<string> Settings,
    IReadOnlyList<string> Elsewhere,
    IReadOnlyList<Difference> Differences
);

/// <summary>
/// Compares what a server hands out with a bundle (Y3, Y4): every file as it is and in each compression, the page at its address, at those of rooms
/// and at Drive's, and what each answer tells a browser beside its bytes. What it finds holds for the answers that it got: a server may give
/// others to others.
/// </summary>
public sealed partial class Comparison
{
    public const int AtOnce = 8; // requests: a browser has six of one server
    public static readonly TimeSpan Patience = Asking.Patience;
    public static readonly TimeSpan ConnectPatience = Asking.ConnectPatience;
    private const int MostPageBytes = 256 * 1024;
    private const int MostDifferences = 1_000;
    private static readonly string[] Codings = ["gzip, deflate, br", "gzip", "identity"];

    /// <summary>What no answer of a Coterie server has, and what it would do to a page.</summary>
    private static readonly (string Header, string Why)[] Strange =
    [
        ("Link", "names what the page should load beside its own files"),
        ("Refresh", "sends the page to another address"),
        ("Set-Cookie", "sets a cookie"),
        ("Clear-Site-Data", "has the browser throw away keys, and the version that it keeps"),
        ("Service-Worker-Allowed", "lets a service worker reach further than its folder"),
        ("Content-Security-Policy-Report-Only", "may have the browser report to others"),
        ("Report-To", "has the browser report to others"),
        ("Reporting-Endpoints", "has the browser report to others"),
        ("NEL", "has the browser report to others"),
        ("SourceMap", "names what a debugger should load beside the page's own files"),
    ];

    private readonly Asking asking;
    private readonly Uri server;
    private readonly ConcurrentDictionary<Difference, bool> differences = new();
    private string[] elsewhere = [];

    private Comparison(Asking asking, Uri server)
    {
        this.asking = asking;
        this.server = server;
    }

    /// <param name="server">Its base address.</param>
    /// <param name="expected">What it should hand out; null: the bundle whose id is <paramref name="id"/>, by the server's own list.</param>
    /// <param name="fingerprint">As <see cref="Asking"/> takes it.</param>
    /// <exception cref="CannotCompareException">Nothing, or not all, could be compared.</exception>
    public static async Task<Compared> RunAsync(
        Uri server,
        Bundle? expected,
        string id,
        string? fingerprint,
        CancellationToken cancelled
    )
    {
        var path = server.AbsolutePath;
        var address = new UriBuilder(server)
        {
            Query = "",
            Fragment = "",
            Path = path.EndsWith('/') ? path : path + "/",
        };
        using var client = new Asking(address.Uri, fingerprint);
        return await new Comparison(client, address.Uri).RunAsync(expected, id, cancelled);
    }

    private async Task<Compared> RunAsync(Bundle? expected, string id, CancellationToken cancelled)
    {
        var (served, list) = await ListAsync(cancelled);
        if (served?.Id != id)
            Note(
                Bundle.ListName,
                list.Status == 200 ? "differs" : "missing",
                served is not null ? $"the server's bundle is {served.Id}"
                    : list.Status == 200 ? "what the server has there is no list of files"
                    : $"the server has no list of its files (status {list.Status}): it is older than this, or no Coterie server"
            );
        expected ??= served?.Id == id ? served : null;
        if (expected is null)
            return Done(id, served, 0, []);
        foreach (var file in served?.Files ?? [])
            if (expected.Find(file.Path) is null)
                Note(file.Path, "more", "the server's list has it, the bundle does not");
        var settings = await PagesAsync(expected, cancelled);
        var files = expected
            .Files.Where(file => !file.Path.EndsWith(".html", StringComparison.Ordinal))
            .SelectMany(file => Codings.Select(coding => (file, coding)));
        await Parallel.ForEachAsync(
            files,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancelled },
            async (each, token) => await FileAsync(each.file, each.coding, token)
        );
        return Done(id, served, expected.Files.Count, settings);
    }

    private Compared Done(string id, Bundle? served, int files, IReadOnlyList<PageSetting> settings) =>
        new(
            id,
            served?.Id,
            files,
            asking.Asked,
            [.. settings.Select(setting => setting.Words)],
            elsewhere,
            [
                .. differences
                    .Keys.OrderBy(each => each.Path, StringComparer.Ordinal)
                    .ThenBy(each => each.What, StringComparer.Ordinal),
            ]
        );

    private async Task<(Bundle?, Answer)> ListAsync(CancellationToken cancelled)
    {
        var answer = await asking.AskAsync(Bundle.ListName, "empty", Codings[0], Bundle.MostListBytes, cancelled);
        return (answer is { Status: 200, Body: { } body } ? Bundle.Parse(body) : null, answer);
    }

    /// <summary>Each page in each encoding, at each of its addresses. What the first of them says of settings is the measure for all.</summary>
    private async Task<IReadOnlyList<PageSetting>> PagesAsync(Bundle expected, CancellationToken cancelled)
    {
        var room = "r/" + Room();
        (string Path, string File, bool Optional)[] pages =
        [
            ("", "index.html", false),
            ("index.html", "index.html", false),
            (room, BrowserClient.RoomPage, false),
            (room + "/", BrowserClient.RoomPage, false),
            ("drive", BrowserClient.DrivePage, true),
        ];
        IReadOnlyList<PageSetting>? settings = null;
        foreach (var (path, file, optional) in pages)
        foreach (var coding in Codings)
        {
            var answer = await asking.AskAsync(path, "document", coding, MostPageBytes, cancelled);
            var named = path.StartsWith("r/", StringComparison.Ordinal) ? "r/ROOM" : path;
            if (answer.Status == 404 && optional)
                continue;
            if (answer is not { Status: 200, Body: { } body })
            {
                Note(named, answer.Status == 200 ? "differs" : "missing", Without(answer));
                continue;
            }
            var page = ServedPage.Read(Encoding.UTF8.GetString(body), server.AbsolutePath[..^1]);
            if (page is null)
                Note(
                    named,
                    "differs",
                    $"the page has no base address of its own, or another one than {server.AbsolutePath}"
                );
            else if (settings is null)
            {
                settings = page.Settings;
                elsewhere = [.. settings.SelectMany(each => each.Elsewhere)];
            }
            else if (!settings.SequenceEqual(page.Settings))
                Note(named, "differs", "the operator's settings in it are others than in the first page");
            if (
                page is not null
                && expected.Find(file) is { } wanted
                && Hash(Encoding.UTF8.GetBytes(page.File)) != wanted.Hash
            )
                Note(named, "differs", $"it is not the bundle's {file}");
            NoteLoads(named, Encoding.UTF8.GetString(body), expected);
            Heed(named, ".html", answer);
        }
        return settings ?? [];
    }

    private async Task FileAsync(BundleFile file, string coding, CancellationToken cancelled)
    {
        if (differences.Count >= MostDifferences)
            return;
        var destination =
            file.Path == BrowserClient.Worker ? "serviceworker"
            : file.Path.EndsWith("js", StringComparison.Ordinal) ? "script"
            : file.Path.EndsWith(".css", StringComparison.Ordinal) ? "style"
            : "empty";
        var answer = await asking.AskAsync(file.Path, destination, coding, file.Size, cancelled);
        var way = answer.Coding.Length == 0 ? "uncompressed" : $"as {answer.Coding}";
        if (answer.Status != 200)
            Note(file.Path, "missing", Without(answer));
        else if (answer.Body is null)
            Note(file.Path, "differs", $"{way} it has more than {file.Size} bytes");
        else if (Hash(answer.Body) != file.Hash)
            Note(file.Path, "differs", $"{way} it has other bytes");
        if (answer.Status == 200)
            Heed(file.Path, Path.GetExtension(file.Path), answer);
    }

    private static string Without(Answer answer) =>
        answer.Status == 200 ? "it is larger than a page may be" : $"status {answer.Status}";

    /// <summary>What a browser heeds beside the bytes.</summary>
    private void Heed(string path, string ending, Answer answer)
    {
        var told = answer.Head;
        var type = string.Join(", ", Values(told, "Content-Type"));
        if (!string.Equals(type, BrowserClient.Types.GetValueOrDefault(ending), StringComparison.OrdinalIgnoreCase))
            Note(path, "differs", $"its type is '{type}', not '{BrowserClient.Types.GetValueOrDefault(ending)}'");
        var policy = SecurityHeaders.Policy(
            server.IsDefaultPort ? server.Host : server.Authority,
            string.Concat(elsewhere.Select(each => " " + each))
        );
        // Of several policies each holds, so that more of them only forbid more.
        var policies = Values(told, "Content-Security-Policy").SelectMany(each => each.Split(", ")).ToArray();
        if (!policies.Contains(policy, StringComparer.Ordinal))
            Note(path, "differs", $"its Content-Security-Policy is '{string.Join(", ", policies)}'");
        foreach (var (header, value) in SecurityHeaders.Fixed)
            if (string.Join(", ", Values(told, header)) is var has && has != value)
                Note(path, "differs", $"its {header} is '{has}', not '{value}'");
        foreach (var (header, why) in Strange)
            if (Values(told, header) is [var has, ..])
                Note(path, "more", $"{header}: {has} {why}");
    }

    private void NoteLoads(string path, string html, Bundle expected)
    {
        foreach (Match match in Loads().Matches(html))
        {
            var named = match.Groups["address"].Value;
            if (!named.StartsWith("./", StringComparison.Ordinal) || expected.Find(named[2..]) is null)
                Note(path, "more", $"it loads {named}, which the bundle has not");
        }
    }

    private void Note(string path, string kind, string what)
    {
        if (differences.Count < MostDifferences)
            differences.TryAdd(new Difference(path, kind, what.Length > 500 ? what[..500] + "…" : what), true);
    }

    private static string[] Values(HttpResponseMessage from, string header) =>
        from.Headers.TryGetValues(header, out var values) || from.Content.Headers.TryGetValues(header, out values)
            ? [.. values]
            : [];

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    // Of a room that there is not: the page is the same for each. In Crockford base32, its last letter has two zero bits.
    private static string Room() => RandomNumberGenerator.GetString("0123456789abcdefghjkmnpqrstvwxyz", 25) + "0";

    [GeneratedRegex(
        "<(?:script|link|img|iframe|object|embed)\\b[^>]*?\\s(?:src|href|data)\\s*=\\s*\"(?<address>[^\"]*)\"",
        RegexOptions.None,
        1000
    )]
    private static partial Regex Loads();
}
