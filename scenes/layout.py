"""Layout of the frame: regions for stage, panel and caption in wide, square and tall frames.

Lengths are Manim's frame units; the frame is 8 units high when it is wide and 8 units wide when it
is tall or square. Everything stays within the safe margin of 5 %.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

SAFE_MARGIN = 0.05
#: What is no text keeps this far from the frame's edge, as a share of its height.
EDGE = 0.02


@dataclass(frozen=True)
class Box:
    """A rectangle of the frame: its middle and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y - self.height / 2

    @property
    def top(self) -> float:
        return self.y + self.height / 2

    @classmethod
    def from_edges(cls, left: float, right: float, bottom: float, top: float) -> Box:
        """The box between four edges."""
        return cls((left + right) / 2, (bottom + top) / 2, right - left, top - bottom)

    def pair(self) -> tuple[Box, Box]:
        """Two smaller boxes of the same shape beside each other, with room for a sign between them."""
        size, shift = 0.5, 0.27 * self.width
        return (
            Box(self.x - shift, self.y, self.width * size, self.height * size),
            Box(self.x + shift, self.y, self.width * size, self.height * size),
        )

    def inset(self, *, left: float = 0.0, right: float = 0.0) -> Box:
        """The box less so much at its sides."""
        return Box.from_edges(self.left + left, self.right - right, self.bottom, self.top)

    def split(self, gap: float) -> tuple[Box, Box]:
        """The left and the right half, with a gap between them."""
        half = 0.5 * (self.width - gap)
        return self.inset(right=self.width - half), self.inset(left=self.width - half)

    def parts(self, gap: float, first: float = 0.5) -> tuple[Box, Box]:
        """Two parts, one above the other in a box that is higher than wide, else beside each other.

        Parameters
        ----------
        gap
            Between them, in frame units.
        first
            Share of the first, the left or the upper one.
        """
        if self.height > self.width:
            cut = self.top - first * (self.height - gap)
            return (
                Box.from_edges(self.left, self.right, cut, self.top),
                Box.from_edges(self.left, self.right, self.bottom, cut - gap),
            )
        cut = self.left + first * (self.width - gap)
        return (
            Box.from_edges(self.left, cut, self.bottom, self.top),
            Box.from_edges(cut + gap, self.right, self.bottom, self.top),
        )


@dataclass(frozen=True)
class Arrangement:
    """How an act divides a frame between its panel and what stands on the stage.

    Lengths are ems of the readout.

    Attributes
    ----------
    panel
        Height of the panel, in a frame that is not wide.
    head
        Room above the stage there.
    labels
        Room below the stage there, for labels.
    across
        Share of the stage's width that an axes box may take there.
    gap
        From the formula at the top of the panel to the readout below it.
    leading
        From line to line of the readout.
    column
        Width of the readout where it stands beside the formula, in a square frame.
    """

    panel: float = 0.0
    head: float = 0.0
    labels: float = 0.0
    across: float = 0.84
    gap: float = 0.4
    leading: float = 1.75
    column: float = 15.4


@dataclass(frozen=True)
class Layout:
    """The regions of a frame.

    Attributes
    ----------
    frame
        All of it.
    stage
        Where things with depth appear.
    panel
        Formulas, readouts and the λ slider: at the left in a wide frame, else below the stage.
    caption
        The caption, below everything.
    """

    frame: Box
    stage: Box
    panel: Box
    caption: Box

    @property
    def wide(self) -> bool:
        """Whether the panel stands beside the stage."""
        return self.frame.width > 1.2 * self.frame.height

    @property
    def close(self) -> bool:
        """Whether the panel stands beside the stage, and the stage has no width to spare, as at 4:3."""
        return self.wide and self.frame.width < 1.5 * self.frame.height

    @property
    def type_scale(self) -> float:
        """How large type is, for its share of the frame's height.

        In a tall frame that share is large for the width: all type is smaller there, the smallest
        (tick labels) still 2.5 % of the height.
        """
        return 0.825 if self.tall else 1.0

    @property
    def whole(self) -> Box:
        """Stage and panel together: all above the caption."""
        left = min(self.panel.left, self.stage.left)
        bottom = min(self.panel.bottom, self.stage.bottom)
        return Box.from_edges(left, self.safe.right, bottom, self.safe.top)

    @property
    def scenery(self) -> Box:
        """Where a landscape stands: the stage, in a wide frame up to the frame's upper edge.

        Only texts have to keep to the safe margin, and there are none.
        """
        if not self.wide:
            return self.stage
        stage, edge = self.stage, EDGE * self.frame.height
        left = stage.left + edge  # labels of the height axis stand before it
        aside = 0.1 * stage.width if self.close else 0.0  # and those of the floor beside it
        return Box.from_edges(left, stage.right - aside, stage.bottom, self.frame.top - edge)

    @property
    def tall(self) -> bool:
        """Whether the frame is much higher than wide."""
        return self.frame.height > 1.3 * self.frame.width

    @property
    def safe(self) -> Box:
        """The frame less the safe margin."""
        keep = 1 - 2 * SAFE_MARGIN
        return Box(0.0, 0.0, self.frame.width * keep, self.frame.height * keep)

    def with_panel(self, height: float, head: float = 0.0) -> Layout:
        """Return a narrow frame's layout with a panel of another height, and room above the stage.

        In frame units. A wide frame's panel stands beside the stage: it stays as it is.
        """
        if self.wide:
            return self
        safe, gap, bottom = self.safe, 0.015 * self.frame.height, self.panel.bottom
        panel = Box.from_edges(safe.left, safe.right, bottom, bottom + height)
        stage = Box.from_edges(safe.left, safe.right, panel.top + gap, safe.top - head)
        return replace(self, stage=stage, panel=panel)

    def with_column(self, width: float, head: float = 0.0) -> Layout:
        """Return the layout with the panel as a column at the right, and room above the stage."""
        safe, bottom = self.safe, self.panel.bottom
        panel = Box.from_edges(safe.right - width, safe.right, bottom, safe.top - head)
        stage = Box.from_edges(safe.left, panel.left, bottom, safe.top - head)
        return replace(self, stage=stage, panel=panel)

    def arranged(self, how: Arrangement, em: float) -> Layout:
        """Return the layout divided as an act wants it, with an em of so many frame units."""
        if self.wide:
            return self
        made = self.with_panel(how.panel * em, how.head * em)
        return made.with_labels_below(how.labels * em)

    def with_labels_below(self, height: float) -> Layout:
        """Return the layout with so much room between the stage and what is below it."""
        stage = self.stage
        above = Box.from_edges(stage.left, stage.right, stage.bottom + height, stage.top)
        return replace(self, stage=above)

    @classmethod
    def of(cls, pixel_width: int, pixel_height: int) -> Layout:
        """The layout for a frame of this many pixels."""
        width, height = frame_units(pixel_width, pixel_height)
        frame = Box(0.0, 0.0, width, height)
        safe = cls(frame, frame, frame, frame).safe
        if width > 1.2 * height:
            caption = Box.from_edges(
                safe.left, safe.right, safe.bottom, safe.bottom + 0.10 * height
            )
            # A formula takes as much of a narrower frame's width as it does at 16:9.
            across = max(0.25 * width, 4 / 9 * height)
            panel = Box.from_edges(
                safe.left, safe.left + across, caption.top + 0.03 * height, safe.top
            )
            stage = Box.from_edges(panel.right, safe.right, caption.top + 0.01 * height, safe.top)
            return cls(frame, stage, panel, caption)
        tall = cls(frame, frame, frame, frame).tall
        caption_height = (0.15 if tall else 0.14) * height
        panel_height = (0.23 if tall else 0.22) * height
        caption = Box.from_edges(safe.left, safe.right, safe.bottom, safe.bottom + caption_height)
        panel = Box.from_edges(
            safe.left,
            safe.right,
            caption.top + 0.015 * height,
            caption.top + 0.015 * height + panel_height,
        )
        stage = Box.from_edges(safe.left, safe.right, panel.top + 0.015 * height, safe.top)
        return cls(frame, stage, panel, caption)


def frame_units(pixel_width: int, pixel_height: int) -> tuple[float, float]:
    """Width and height of the frame in Manim's units: the shorter side is 8."""
    unit = min(pixel_width, pixel_height) / 8.0
    return pixel_width / unit, pixel_height / unit
