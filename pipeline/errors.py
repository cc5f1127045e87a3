"""How a render ends early; each message is one sentence that a person can act on."""


class SettingsError(ValueError):
    """A setting, a range or an output path that cannot be used; nothing was drawn (exit code 2)."""


class RenderError(RuntimeError):
    """The render itself failed: a full disk, a missing encoder, no OpenGL (exit code 1)."""


class Interrupted(KeyboardInterrupt):
    """Stopped by the user; the message says what is left and how to go on (exit code 130)."""
