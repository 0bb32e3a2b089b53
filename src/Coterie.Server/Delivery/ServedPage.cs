using System.Net;
using System.Text.RegularExpressions;

namespace Coterie.Server.Delivery;

/// <summary>
/// A page as a server hands it out: the file of the bundle, with the server's base path in the place of the one that stands in the file, and
/// the operator's settings behind that (Y3). Taken apart again, so that the file can be compared.
/// </summary>
/// <param name="File">As it stands in the bundle, if nothing else was changed.</param>
/// <param name="Settings">What the operator set, in the order in which it stands there.</param>
internal sealed partial record ServedPage(string File, IReadOnlyList<PageSetting> Settings)
{
    private const string InFile = "<base href=\"/\" />";

    /// <summary>Null where the page has no base, or another one than this path: then each of its addresses means another file.</summary>
    /// <param name="basePath">Without a slash at the end.</param>
    public static ServedPage? Read(string html, string basePath)
    {
        var found = Inserted().Match(html);
        if (!found.Success || found.Groups["base"].Value != basePath + "/" || Inserted().Count(html) > 1)
            return null;
        var settings = Setting()
            .Matches(found.Groups["settings"].Value)
            .Select(one => new PageSetting(
                one.Groups["name"].Value,
                WebUtility.HtmlDecode(one.Groups["content"].Value),
                one.Groups["auth"].Value,
                one.Groups["api"].Value
            ));
        return new ServedPage(
            string.Concat(html.AsSpan(0, found.Index), InFile, html.AsSpan(found.Index + found.Length)),
            [.. settings]
        );
    }

    private const string OneSetting =
        """<meta name="coterie-(?<name>room-list|server|drive|wandbox)" content="(?<content>[^"<>]*)"(?: data-auth="(?<auth>[^"<>&]*)" data-api="(?<api>[^"<>&]*)")?>""";

    [GeneratedRegex("<base href=\"(?<base>[^\"<>&]*)\">(?<settings>(?:" + OneSetting + ")*)", RegexOptions.None, 1000)]
    private static partial Regex Inserted();

    [GeneratedRegex(OneSetting, RegexOptions.None, 1000)]
    private static partial Regex Setting();
}

/// <summary>One setting of the operator's, as pages are told it.</summary>
internal sealed record PageSetting(string Name, string Content, string Auth, string Api)
{
    /// <summary>Which addresses beside its own server it lets the page ask, as the policy names them.</summary>
    public IReadOnlyList<string> Elsewhere =>
        Name switch
        {
            "server" => [Content[(Content.IndexOf('=', StringComparison.Ordinal) + 1)..] + "/health"],
            "drive" => Uri.TryCreate(Api, UriKind.Absolute, out var api) ? [api.GetLeftPart(UriPartial.Authority)] : [],
            "wandbox" => [Content + "/api/list.json", Content + "/api/compile.json"],
            _ => [],
        };

    /// <summary>In words.</summary>
    public string Words =>
        Name switch
        {
            "room-list" => "there is a list of rooms",
            "server" => $"the start page offers the server {Content}",
            "drive" => $"rooms can be saved to Google Drive: people are asked at {Auth}, files go to {Api}",
            "wandbox" => $"people can have a program run by {Content}",
            _ => $"{Name} {Content}",
        };
}
