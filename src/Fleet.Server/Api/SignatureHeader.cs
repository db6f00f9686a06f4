namespace Fleet.Server.Api;

/// <summary>A detached signature beside a body: what <c>ssh-keygen -Y sign</c> writes, as one line of base64 without its frame.</summary>
public static class SignatureHeader
{
    public const string Name = "Fleet-Signature";
}
