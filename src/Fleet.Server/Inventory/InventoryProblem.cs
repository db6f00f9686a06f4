using Fleet.Contracts.Decisions;

namespace Fleet.Server.Inventory;

/// <summary>Something wrong in an inventory file, and where.</summary>
/// <param name="Line">1 and up.</param>
/// <param name="Column">1 and up.</param>
/// <param name="Path">Like <c>zones[3].firstbox.hostKey</c>; empty for the file as a whole.</param>
public sealed record InventoryProblem(int Line, int Column, string Path, Finding What);
