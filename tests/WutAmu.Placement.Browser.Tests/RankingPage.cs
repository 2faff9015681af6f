using Microsoft.Playwright;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>A student's list in a browser, by what one does there.</summary>
internal sealed class RankingPage(IPage page)
{
    public ILocator State => page.Locator("[data-state]");

    public ILocator Announcement => page.Locator("[data-announce]");

    public ILocator Row(string offer) => page.Locator($"[data-row][data-name='{offer}']");

    /// <summary>Codes as shown: a space between ranks, = between equals.</summary>
    public async Task<string> ListAsync()
    {
        var rows = await page.Locator("[data-row]").EvaluateAllAsync<string[]>("rows => rows.map(row => (row.classList.contains('tied') ? '=' : ' ') + row.dataset.name)");
        return string.Concat(rows).Trim();
    }

    public async Task OpenAsync(string path)
    {
        await page.GotoAsync(path);
        await Assertions.Expect(page.Locator("form[data-ready]")).ToBeVisibleAsync();
    }

    public Task MoveUpAsync(string offer) => Row(offer).GetByRole(AriaRole.Button, new() { Name = "up" }).ClickAsync();

    public Task MoveDownAsync(string offer) => Row(offer).GetByRole(AriaRole.Button, new() { Name = "down" }).ClickAsync();

    public async Task MoveToAsync(string offer, int position)
    {
        await OpenMoreAsync(offer);
        await Row(offer).Locator("select").SelectOptionAsync($"{position}");
        await Row(offer).Locator("button[value^='move:']").ClickAsync();
    }

    public async Task TieAsync(string offer)
    {
        await OpenMoreAsync(offer);
        await Row(offer).Locator("[data-tie-button]").ClickAsync();
    }

    public async Task RemoveAsync(string offer)
    {
        await OpenMoreAsync(offer);
        await Row(offer).Locator("button[value^='remove:']").ClickAsync();
    }

    public async Task NoteAsync(string offer, string note)
    {
        await OpenMoreAsync(offer);
        await Row(offer).GetByLabel("Note to self").FillAsync(note);
    }

    public async Task OpenMoreAsync(string offer)
    {
        if (!await Row(offer).Locator("details.more").EvaluateAsync<bool>("more => more.open"))
        {
            await Row(offer).Locator("details.more > summary").ClickAsync();
        }
    }

    /// <summary>Takes the row by its handle and lets go over the upper half of another.</summary>
    public async Task DragAsync(string offer, string before)
    {
        await Row(offer).ScrollIntoViewIfNeededAsync();
        var from = await Row(offer).Locator("[data-handle]").BoundingBoxAsync() ?? throw new InvalidOperationException($"{offer} is not shown.");
        var to = await Row(before).BoundingBoxAsync() ?? throw new InvalidOperationException($"{before} is not shown.");
        await page.Mouse.MoveAsync(from.X + (from.Width / 2), from.Y + (from.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(to.X + 20, to.Y + 5, new() { Steps = 6 });
        await page.Mouse.UpAsync();
    }

    public Task UndoAsync() => page.Locator("[data-undo]").ClickAsync();

    public Task RedoAsync() => page.Locator("[data-redo]").ClickAsync();

    public Task CheckAsync() => page.PressAsync(page.Locator("button[value='check']"));

    public Task SubmitAsync() => page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Submit this list" }));

    /// <summary>Ends when the state says these words, if only for an instant between two looks; to be called before it may.</summary>
    public Task SayAsync(string words) => State.EvaluateAsync(
        """
        (state, words) => new Promise(seen => {
          const look = () => state.textContent.includes(words) && seen();
          new MutationObserver(look).observe(state, { childList: true, characterData: true, subtree: true });
          look();
        })
        """,
        words).WaitAsync(TimeSpan.FromMinutes(2));

    public async Task BeSavedAsync()
    {
        await Assertions.Expect(page.Locator("form[data-ready]:not([data-dirty])")).ToBeVisibleAsync();
        await Assertions.Expect(State).ToContainTextAsync("Draft saved");
    }
}
