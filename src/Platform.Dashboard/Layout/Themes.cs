using MudBlazor;

namespace Platform.Dashboard.Layout;

/// <summary>Colours that can be read on what they stand on (WCAG 2.2 AA), in both themes; the system's own fonts, so that none is fetched.</summary>
internal static class Themes
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"];

    public static MudTheme Platform { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#3f51b5",
            Secondary = "#00695c",
            AppbarBackground = "#ffffff",
            AppbarText = "#1d2130",
            DrawerBackground = "#f6f7fb",
            DrawerText = "#1d2130",
            DrawerIcon = "#3c4257",
            Background = "#ffffff",
            TextPrimary = "#1d2130",
            TextSecondary = "#4a5068",
            Success = "#1b6e3c",
            Warning = "#8a4b00",
            Error = "#b3261e",
            Info = "#1f5fa8",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#9fa8f5",
            PrimaryContrastText = "#14172a",
            Secondary = "#6fd3c3",
            SecondaryContrastText = "#14172a",
            AppbarBackground = "#181b26",
            AppbarText = "#e8eaf2",
            DrawerBackground = "#181b26",
            DrawerText = "#e8eaf2",
            DrawerIcon = "#c3c8da",
            Background = "#12141d",
            Surface = "#1b1e2b",
            TextPrimary = "#e8eaf2",
            TextSecondary = "#b6bbce",
            Success = "#6fcf97",
            SuccessContrastText = "#14172a",
            Warning = "#f2b366",
            WarningContrastText = "#14172a",
            Error = "#ff8a80",
            ErrorContrastText = "#14172a",
            Info = "#8ab8f5",
            InfoContrastText = "#14172a",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts } },
    };
}
