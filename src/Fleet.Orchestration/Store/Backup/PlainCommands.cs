using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;

namespace Fleet.Orchestration.Store.Backup;

internal static class PlainCommands
{
    /// <summary>A statement of ours without parameters, which no statement like these takes.</summary>
    public static async Task ExecuteAsync(this DatabaseFacade database, string statement, CancellationToken cancellationToken)
    {
        await database.OpenConnectionAsync(cancellationToken);
        await using var command = database.GetDbConnection().CreateCommand();
        command.CommandText = statement;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
