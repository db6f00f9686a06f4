using System.Text.Json;
using Fleet.Server.Api;
using Microsoft.AspNetCore.Http;

namespace Fleet.Server.Chat.Calls;

/// <summary>What the API answered, as it would have over the wire.</summary>
internal sealed class ApiAnswer(int status, byte[] body, IHeaderDictionary headers)
{
    public int Status { get; } = status;

    public ReadOnlyMemory<byte> Body { get; } = body;

    public IHeaderDictionary Headers { get; } = headers;

    public bool Ok => Status is >= 200 and < 300;

    /// <summary>Of a refusal: all that is wrong, told in the language of the call. None: it was none, or one that says no more than its status.</summary>
    public IReadOnlyList<ApiError> Errors { get; } = status is >= 200 and < 300 ? [] : ErrorsOf(body);

    /// <exception cref="InvalidOperationException">It was refused, or is no such document: whoever asks looks at <see cref="Ok"/> first.</exception>
    public T Read<T>() =>
        Ok ? JsonSerializer.Deserialize<T>(Body.Span, ApiJson.Options) ?? throw new InvalidOperationException($"The API answered null where a {typeof(T).Name} was asked for.")
        : throw new InvalidOperationException($"The API refused with {Status}, and its answer was read as a {typeof(T).Name}.");

    private static IReadOnlyList<ApiError> ErrorsOf(byte[] body)
    {
        try
        {
            using var problem = JsonDocument.Parse(body);
            return problem.RootElement.TryGetProperty("errors", out var errors) ? errors.Deserialize<List<ApiError>>(ApiJson.Options) ?? [] : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
