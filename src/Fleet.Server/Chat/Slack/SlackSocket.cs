using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Fleet.Server.Chat.Slack;

/// <summary>Socket Mode: a connection of our own, over which Slack tells what people do. Each envelope is acknowledged before anything is done about it, since Slack waits three seconds.</summary>
internal sealed partial class SlackSocket(SlackClient client, SlackWork work, TimeProvider clock, ILogger<SlackSocket> logger)
{
    private const int MostEnvelope = 1 << 20;
    private static readonly TimeSpan Connecting = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Connects again by itself, until it is cancelled.</summary>
    public async Task ListenAsync(CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            TimeSpan? after = null;
            try
            {
                // Slack ends each connection after some hours; that is no failure.
                failures = await FollowAsync(cancellationToken) ? 0 : failures + 1;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever it is: else nobody would listen any more.
                failures++;
                after = (e as ChatException)?.After;
                LogLost(e.Message, failures);
            }

            try
            {
                await Task.Delay(after ?? Pause(failures), clock, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>One second after a good connection, then twice as long each time.</summary>
    internal static TimeSpan Pause(int failures)
    {
        var pause = TimeSpan.FromSeconds(Math.Pow(2, Math.Clamp(failures - 1, 0, 10)));
        return pause < Longest ? pause : Longest;
    }

    /// <returns>Whether Slack spoke with us at all.</returns>
    private async Task<bool> FollowAsync(CancellationToken cancellationToken)
    {
        using var socket = new ClientWebSocket();
        // A connection that a firewall forgot would stay silent for ever.
        socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(15);
        socket.Options.KeepAliveTimeout = TimeSpan.FromSeconds(15);
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            limit.CancelAfter(Connecting);
            await socket.ConnectAsync(await client.OpenSocketAsync(limit.Token), limit.Token);
        }

        var greeted = false;
        while (await ReceiveAsync(socket, cancellationToken) is { } text)
        {
            if (JsonPaths.Object(text) is not { } message)
                throw new InvalidDataException("what was received is no JSON");
            switch (message.Text("type"))
            {
                case "hello":
                    greeted = true;
                    LogConnected();
                    break;
                case "disconnect":
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken);
                    return greeted;
                case { } kind when message.Text("envelope_id") is { } envelope:
                    await TakeAsync(socket, kind, envelope, message.At("payload") is { } payload ? SlackReader.Envelope(kind, payload) : null, cancellationToken);
                    break;
            }
        }

        return greeted;
    }

    private async Task TakeAsync(ClientWebSocket socket, string kind, string envelope, SlackCall? call, CancellationToken cancellationToken)
    {
        var acknowledged = new JsonObject { ["envelope_id"] = envelope }.ToJsonString();
        await socket.SendAsync(Encoding.UTF8.GetBytes(acknowledged), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        if (call is null)
            LogNotRead(kind);
        else if (!work.TryTake(call))
            LogTooMuch(kind);
    }

    /// <returns>Null: the other side ended the connection.</returns>
    private static async Task<byte[]?> ReceiveAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        var piece = new byte[16 << 10];
        while (true)
        {
            var received = await socket.ReceiveAsync(piece.AsMemory(), cancellationToken);
            if (received.MessageType == WebSocketMessageType.Close)
                return null;
            if (message.Length + received.Count > MostEnvelope)
                throw new InvalidDataException($"an envelope is longer than {MostEnvelope} bytes");
            message.Write(piece, 0, received.Count);
            if (received.EndOfMessage)
                return message.ToArray();
        }
    }
}
