using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Fleet.Hosting.Telemetry;

public static class ConsoleLines
{
    /// <summary>Log lines on the console, as <see cref="LineFormatter"/> writes them.</summary>
    public static ILoggingBuilder AddFleetConsole(this ILoggingBuilder logs)
    {
        logs.Services.TryAddSingleton(TimeProvider.System);
        return logs.AddConsole(o => o.FormatterName = LineFormatter.FormatterName).AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
    }
}
