"""Named ways to draw. A changed picture is a new version; stored answers keep their settings."""

from core.render_settings import STANDARD, RenderSettings

PRESETS: dict[str, RenderSettings] = {
    settings.name: settings
    for settings in (
        STANDARD,
        # More pixels and numbers: short events of long windows, at about twice the tokens.
        RenderSettings(name="fine", width_in=12.0, height_in=5.0, ticks=20),
        # As VisAnomBench draws: positions in the whole series, many of them along the axis.
        RenderSettings(name="visanom", width_in=10.0, ticks=20, x_axis="sample"),
        RenderSettings(name="clock", x_axis="time"),
        # One outlier does not flatten everything else.
        RenderSettings(name="robust", y_range="robust"),
        RenderSettings(name="overlaid", channels="overlaid"),
    )
}
