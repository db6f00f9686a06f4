using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Chat;

/// <summary>A request's bytes as they came: a signature is over these, and nothing is read of them before it is verified.</summary>
internal static class RawBody
{
    /// <summary>Far more than any chat sends.</summary>
    public const int Most = 512 << 10;

    /// <returns>Null: it is longer than <see cref="Most"/>.</returns>
    public static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > Most)
            return null;
        using var body = new MemoryStream();
        var piece = new byte[16 << 10];
        int read;
        while ((read = await request.Body.ReadAsync(piece, cancellationToken)) > 0)
        {
            if (body.Length + read > Most)
                return null;
            body.Write(piece, 0, read);
        }

        return body.ToArray();
    }
}
