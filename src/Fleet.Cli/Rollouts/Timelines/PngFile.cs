using SkiaSharp;

namespace Fleet.Cli.Rollouts.Timelines;

/// <summary>A picture as PNG, at twice its size so that it is sharp on any screen.</summary>
internal static class PngFile
{
    private const int Scale = 2;

    public static byte[] Of(PlotPicture picture)
    {
        using var fonts = new PlotFonts();
        using var bitmap = new SKBitmap((int)Math.Ceiling(picture.Width * Scale), (int)Math.Ceiling(picture.Height * Scale));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        canvas.Scale(Scale);
        foreach (var mark in picture.Marks)
            Draw(canvas, mark, fonts);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static void Draw(SKCanvas canvas, PlotMark mark, PlotFonts fonts)
    {
        using var paint = new SKPaint { Color = SKColor.Parse(mark.Colour), IsAntialias = true };
        switch (mark)
        {
            case PlotBox { Hatched: true } box:
                Hatch(canvas, box, paint);
                break;
            case PlotBox box:
                canvas.DrawRect(Of(box), paint);
                break;
            case PlotLine line:
                paint.StrokeWidth = (float)line.Thick;
                using (paint.PathEffect = line.Dashed ? SKPathEffect.CreateDash([4, 3], 0) : null)
                    canvas.DrawLine((float)line.X1, (float)line.Y1, (float)line.X2, (float)line.Y2, paint);
                break;
            case PlotText text:
                using (var font = new SKFont(fonts.For(text.Text), (float)text.Size))
                    canvas.DrawText(text.Text, (float)text.X, (float)text.Y, text.Anchor switch { "end" => SKTextAlign.Right, "middle" => SKTextAlign.Center, _ => SKTextAlign.Left }, font, paint);
                break;
        }
    }

    private static void Hatch(SKCanvas canvas, PlotBox box, SKPaint paint)
    {
        var place = Of(box);
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = 0.75f;
        canvas.DrawRect(place, paint);
        canvas.Save();
        canvas.ClipRect(place);
        paint.StrokeWidth = 2;
        // Along one grid over the whole picture, so that neighbours go on in each other.
        for (var x = (MathF.Floor((place.Left - place.Bottom) / 8) * 8) - 8; x < place.Right; x += 8)
            canvas.DrawLine(x + place.Top, place.Top, x + place.Bottom, place.Bottom, paint);
        canvas.Restore();
    }

    private static SKRect Of(PlotBox box) => SKRect.Create((float)box.X, (float)box.Y, (float)box.Width, (float)box.Height);
}
