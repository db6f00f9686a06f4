namespace Fleet.Worker.Ssh;

/// <summary>Asks the person who started this program for a secret that the inventory gives as <c>ask</c>. Only a program in somebody's terminal has one.</summary>
public interface ISecretPrompt
{
    /// <param name="zone">The zone that it is for.</param>
    /// <param name="what">Like <c>the password of ops@bastion:22</c>.</param>
    /// <returns>Null: the person gave none.</returns>
    Task<string?> AskAsync(string zone, string what, CancellationToken cancellationToken);
}
