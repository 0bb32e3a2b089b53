using Microsoft.AspNetCore.Http;

namespace Coterie.Server.Web;

/// <summary>Answers of one sentence.</summary>
internal static class Plain
{
    public static Task AnswerAsync(HttpContext http, int status, string sentence)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        return http.Response.WriteAsync(sentence + "\n", http.RequestAborted);
    }
}
