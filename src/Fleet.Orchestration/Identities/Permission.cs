namespace Fleet.Orchestration.Identities;

/// <summary>What there is to be allowed.</summary>
public enum Permission
{
    /// <summary>Zones, rollouts, questions, records; the shown text of transcripts.</summary>
    Read,

    /// <summary>Transcripts as they were printed, secrets included.</summary>
    ReadRaw,

    /// <summary>Looking at zones, planning, starting.</summary>
    Start,

    /// <summary>Pausing, going on, aborting, limits, retrying, taking and returning zones, packages.</summary>
    Steer,

    /// <summary>Questions, guards, debts.</summary>
    Answer,

    /// <summary>Approving and rejecting what waits for approval.</summary>
    Approve,

    /// <summary>The inventory, host keys, runbooks, the calendar, removing packages.</summary>
    Manage,

    /// <summary>Who may what: tokens of others, chat accounts.</summary>
    Admit,

    /// <summary>Runbooks and packages by digest.</summary>
    Fetch,
}

/// <summary>What each role may. What is not here is denied.</summary>
public static class RolePermissions
{
    public static bool Has(this Role role, Permission permission) => role switch
    {
        Role.Viewer => permission is Permission.Read,
        Role.Operator => permission is Permission.Read or Permission.Start or Permission.Steer or Permission.Answer,
        Role.Approver => permission is Permission.Read or Permission.Approve,
        Role.Admin => true,
        Role.Worker => permission is Permission.Fetch,
        _ => false,
    };

    /// <summary>Whether whoever has this role may give the other one.</summary>
    public static bool Covers(this Role role, Role other) => role == Role.Admin || Enum.GetValues<Permission>().All(p => !other.Has(p) || role.Has(p));
}
