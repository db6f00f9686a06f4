namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>One thing that is drawn; lengths in pixels of the picture, colours like <c>#d1495b</c>.</summary>
internal abstract record PlotMark(string Colour);

internal sealed record PlotBox(double X, double Y, double Width, double Height, string Colour, bool Hatched = false) : PlotMark(Colour);

internal sealed record PlotLine(double X1, double Y1, double X2, double Y2, string Colour, double Thick, bool Dashed = false) : PlotMark(Colour);

/// <param name="Y">Of its base line.</param>
/// <param name="Anchor"><c>start</c>, <c>middle</c> or <c>end</c>: what of it is at <paramref name="X"/>.</param>
internal sealed record PlotText(double X, double Y, double Size, string Anchor, string Text, string Colour) : PlotMark(Colour);
