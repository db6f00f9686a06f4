using Fleet.Runbooks.Texts;

namespace Fleet.Cli.Tests.Texts;

/// <summary>What is told in Chinese; the language of the test around it stays.</summary>
internal static class Speaking
{
    public static T Chinese<T>(Func<T> told)
    {
        var before = Language.Current;
        Language.Current = Language.Chinese;
        try
        {
            return told();
        }
        finally
        {
            Language.Current = before;
        }
    }
}
