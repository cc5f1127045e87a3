"""Which OpenGL draws: its name, for reports and for caches of pictures."""

from __future__ import annotations

from scenes.stage.gl import canvas


def describe_renderer() -> dict[str, str]:
    """Name, vendor and version of the OpenGL renderer in use.

    Raises
    ------
    StageError
        As `canvas`.
    """
    info = canvas().context.info
    return {
        "renderer": info["GL_RENDERER"],
        "vendor": info["GL_VENDOR"],
        "version": info["GL_VERSION"],
        "software": str(any(name in info["GL_RENDERER"] for name in ("llvmpipe", "softpipe"))),
    }
