using System.Security.Cryptography;
using System.Text;
using Fleet.Orchestration.Identities;

namespace Fleet.Server.Access;

/// <summary>The two tokens that every server knows by itself. Compared by digest and in constant time.</summary>
internal sealed class KnownTokens(string operatorToken, string workerToken)
{
    public const string OperatorName = "operator";
    public const string WorkerName = "worker";

    private readonly byte[] operatorDigest = Digest(operatorToken);
    private readonly byte[] operatorSecret = Encoding.UTF8.GetBytes(operatorToken);
    private readonly byte[] workerDigest = Digest(workerToken);

    public static KnownTokens Load(ServerOptions options) =>
        new(options.Token ?? TokenFile.ReadOrMake(options.Data, TokenFile.Operator), options.WorkerToken ?? TokenFile.ReadOrMake(options.Data, TokenFile.Worker));

    /// <summary>A key of 256 bits that only who has the shared token can make.</summary>
    public byte[] KeyFor(string purpose) => HKDF.DeriveKey(HashAlgorithmName.SHA256, operatorSecret, 32, info: Encoding.UTF8.GetBytes($"fleet {purpose}"));

    public static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public IdentityView? Find(ReadOnlySpan<byte> digest)
    {
        // Both are compared always: how long it takes says nothing.
        var isOperator = CryptographicOperations.FixedTimeEquals(digest, operatorDigest);
        var isWorker = CryptographicOperations.FixedTimeEquals(digest, workerDigest);
        return isOperator ? new IdentityView(OperatorName, IdentityRole.Operator) : isWorker ? new IdentityView(WorkerName, IdentityRole.Worker) : null;
    }
}
