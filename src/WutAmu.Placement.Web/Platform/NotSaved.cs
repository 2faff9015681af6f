using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.Web.Platform;

/// <summary>A disk that takes nothing more is told to the user as what it is: not saved, to be tried again. The page is <c>Error</c> with 507.</summary>
internal sealed partial class NotSaved(RequestDelegate next, ILogger<NotSaved> logger)
{
    // SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN.
    private static readonly int[] DiskCodes = [8, 10, 13, 14];

    /// <summary>ENOSPC and EFBIG, which .NET hands on as they are.</summary>
    private static readonly int[] DiskErrors = [28, 27];

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && OfDisk(e) is not null)
        {
            LogDisk(OfDisk(e) ?? "");
            context.Response.Clear();
            context.Response.StatusCode = StatusCodes.Status507InsufficientStorage;
            // The page that says so is read, not posted to.
            context.Request.Method = HttpMethods.Get;
        }
    }

    /// <returns>The disk's own words; null if the exception is of another kind.</returns>
    internal static string? OfDisk(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            switch (exception)
            {
                case SqliteException sqlite when DiskCodes.Contains(sqlite.SqliteErrorCode):
                case IOException file when DiskErrors.Contains(file.HResult):
                    return exception.Message;
                case AggregateException { InnerExceptions: var several }:
                    return several.Select(OfDisk).FirstOrDefault(words => words is not null);
            }
        }

        return null;
    }

    [LoggerMessage(EventId = 5010, Level = LogLevel.Error, Message = "The disk refused a write; the user was told that nothing was saved. {Words}")]
    private partial void LogDisk(string words);
}
