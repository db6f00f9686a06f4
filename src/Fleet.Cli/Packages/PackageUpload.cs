using System.Net;
using Fleet.Cli.Client;
using Fleet.Cli.CommandLine;
using Fleet.Cli.Output;
using Fleet.Server.Api;
using Fleet.Server.Api.Packages;
using Spectre.Console;

namespace Fleet.Cli.Packages;

/// <summary>Sends a package file as a stream; in a terminal with a bar.</summary>
internal static class PackageUpload
{
    public static async Task<Answer<PackageDocument>> SendAsync(CommandContext context, string file, string? sha256, string? signature, CancellationToken cancellationToken)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Directory.Exists(file) ? new CliFailure(ExitCodes.Usage, Say.Of($"{file} is a folder; a package file is needed.")) : InputFile.Unreadable(file, e);
        }

        await using (stream)
        {
            var path = $"packages?fileName={FleetApi.Segment(Path.GetFileName(file))}{(sha256 is null ? "" : $"&sha256={FleetApi.Segment(sha256)}")}";
            if (context.Json || !context.Terminal.IsTerminal)
                return await context.Api.PostContentAsync<PackageDocument>(path, Signed(new Upload(stream, null), signature), cancellationToken);
            return await context.Terminal.Screen.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
                .StartAsync(async progress =>
                {
                    var task = progress.AddTask(Say.Of("upload"), maxValue: Math.Max(1, stream.Length));
                    return await context.Api.PostContentAsync<PackageDocument>(path, Signed(new Upload(stream, task), signature), cancellationToken);
                });
        }
    }

    private static Upload Signed(Upload upload, string? signature)
    {
        if (signature is not null)
            upload.Headers.Add(SignatureHeader.Name, signature);
        return upload;
    }

    private sealed class Upload(FileStream file, ProgressTask? task) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var buffer = new byte[1 << 20];
            int read;
            while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                task?.Increment(read);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = file.Length;
            return true;
        }
    }
}
