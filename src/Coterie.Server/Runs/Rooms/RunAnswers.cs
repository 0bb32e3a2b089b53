using System.Text.Json;
using Coterie.Server.Runs.Languages;
using Microsoft.AspNetCore.Http;

namespace Coterie.Server.Runs.Rooms;

/// <summary>GET /run: what runs here, as JSON (X10).</summary>
internal sealed class RunAnswers(RoomRuns runs)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public async Task AnswerAsync(HttpContext http)
    {
        var programs = await runs.ProgramsAsync();
        http.Response.ContentType = "application/json";
        http.Response.Headers.CacheControl = "no-store";
        var shape = new Shape(
            programs.Problem,
            programs.Protections,
            programs.Problem is null
                ? [.. LanguageList.Shipped.All.Select(language => ShapeOf(language, programs))]
                : []
        );
        await JsonSerializer.SerializeAsync(http.Response.Body, shape, Options, http.RequestAborted);
    }

    private static LanguageShape ShapeOf(Language language, Programs programs)
    {
        var installed = programs.Missing(language) is null;
        return new LanguageShape(
            language.Id,
            language.Name,
            language.Extensions,
            language.File,
            installed,
            installed ? null : Toolchain.InstallOf(language),
            language.Limits.AsRunLimits().MemoryBytes >> 20,
            language.Run.Contains(Language.Arguments, StringComparer.Ordinal)
        );
    }

    private sealed record Shape(string? Problem, string? Protections, IReadOnlyList<LanguageShape> Languages);

    private sealed record LanguageShape(
        string Id,
        string Name,
        IReadOnlyList<string> Extensions,
        string File,
        bool Installed,
        string? Install,
        long MemoryMB,
        bool Arguments
    );
}
