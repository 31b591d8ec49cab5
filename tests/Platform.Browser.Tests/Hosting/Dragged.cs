using Microsoft.Playwright;

namespace Platform.Browser.Tests.Hosting;

/// <summary>Files and directories of this machine, dragged onto a page: by the browser's own drag and drop, so that a page gets of them what it gets from a desktop.</summary>
internal static class Dragged
{
    /// <summary>Drops them where the page takes files.</summary>
    public static async Task DropAsync(IPage page, params string[] paths)
    {
        // The page's script has its listeners once the input can be used.
        await page.Locator("input[type=file][data-ready]").WaitForAsync();
        var zone = page.Locator(".drop");
        await zone.ScrollIntoViewIfNeededAsync();
        var box = (await zone.BoundingBoxAsync())!;
        var debugger = await page.Context.NewCDPSessionAsync(page);
        foreach (var type in (string[])["dragEnter", "dragOver", "drop"])
        {
            await debugger.SendAsync("Input.dispatchDragEvent", new Dictionary<string, object>
            {
                ["type"] = type,
                ["x"] = box.X + (box.Width / 2),
                ["y"] = box.Y + (box.Height / 2),
                ["data"] = new { items = Array.Empty<object>(), files = paths, dragOperationsMask = 1 },
            });
        }

        await debugger.DetachAsync();
    }
}
