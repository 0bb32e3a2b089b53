using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Coterie.Server.Tests.World;

/// <summary>Stands before a real server as a dishonest operator's proxy does: hands on what is asked, and changes the answers that it likes to change.</summary>
internal sealed class Meddler : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly HttpClient behind = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None }
    );

    private Meddler(WebApplication app) => this.app = app;

    public Uri Url => new(app.Urls.Single());

    /// <param name="meddle">Changes the answer before it goes, its body included; says whether it wrote it all itself.</param>
    public static async Task<Meddler> BeforeAsync(Uri server, Func<HttpContext, Answered, Task<bool>> meddle)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        var built = builder.Build();
        built.Urls.Add("http://127.0.0.1:0");
        var meddler = new Meddler(built);
        built.Run(http => meddler.AnswerAsync(http, server, meddle));
        await built.StartAsync();
        return meddler;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        behind.Dispose();
    }

    private async Task AnswerAsync(HttpContext http, Uri server, Func<HttpContext, Answered, Task<bool>> meddle)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            new Uri(server, http.Request.Path + http.Request.QueryString)
        );
        request.Headers.Host = http.Request.Host.Value;
        foreach (var (name, value) in http.Request.Headers)
            if (name is "Accept-Encoding")
                request.Headers.TryAddWithoutValidation(name, value.ToString());
        using var answer = await behind.SendAsync(request, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, value) in answer.Headers.Concat(answer.Content.Headers))
            if (name is not "Transfer-Encoding")
                http.Response.Headers[name] = string.Join(", ", value);
        var given = new Answered(
            http.Request.Path.Value!,
            await answer.Content.ReadAsByteArrayAsync(http.RequestAborted)
        );
        if (await meddle(http, given))
            return;
        http.Response.ContentLength = given.Body.Length;
        await http.Response.Body.WriteAsync(given.Body, http.RequestAborted);
    }
}

internal sealed class Answered(string path, byte[] body)
{
    public string Path { get; } = path;
    public byte[] Body { get; set; } = body;
}
