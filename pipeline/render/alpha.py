"""Transparency: from the premultiplied pixels that are drawn to the straight ones that files hold.

Cairo and OpenGL draw *premultiplied* colours, c·α: layers then add up with one multiplication.
PNG, WebP, ProRes and VP9 hold *straight* colours, c, and α beside them. `unpremultiply` goes from one to
the other, at the one place where a frame leaves the renderer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipeline.render.frames import Frame

#: Halvings over which `bleed_alpha` carries colour: 2⁴ = 16 pixels, a block of the codecs it is for.
_HALVINGS = 4


def unpremultiply(premultiplied: Frame) -> Frame:
    """Return RGBA pixels with their colour divided by their opacity.

    Parameters
    ----------
    premultiplied : array of uint8, shape (height, width, 4)
        No colour is above its opacity.

    Returns
    -------
    array of uint8, shape (height, width, 4)
        c = round(255·p/α), to the nearest; where nothing is seen, transparent black.
    """
    made = premultiplied.copy()
    alpha = premultiplied[..., 3]
    made[alpha == 0] = 0
    partly = (alpha > 0) & (alpha < 255)
    seen = premultiplied[partly].astype(np.uint32)
    opacity = seen[:, 3:]
    made[partly, :3] = np.minimum((seen[:, :3] * 255 + opacity // 2) // opacity, 255)
    return made


def bleed_alpha(frame: Frame) -> Frame:
    """Carry colours over the edge into what is fully transparent; the opacity stays as it is.

    An encoder that halves the resolution of colour, or codes it in blocks, mixes colours across an
    edge. Mixed with black they would leave a dark fringe; mixed with themselves they do not.

    Parameters
    ----------
    frame : array of uint8, shape (height, width, 4)
        Straight RGBA.

    Returns
    -------
    array of uint8, shape (height, width, 4)
        The same picture to the eye: where the opacity is 0, the mean colour, weighted by opacity,
        of the smallest aligned square of up to 16 pixels a side in which there is any.
    """
    height, width = frame.shape[:2]
    side = 2**_HALVINGS
    padding = ((0, -height % side), (0, -width % side), (0, 0))
    weighted = np.pad(frame, padding).astype(np.float32)
    weighted[..., :3] *= weighted[..., 3:]
    levels = [weighted]
    for _ in range(_HALVINGS):
        rows, columns = levels[-1].shape[:2]
        blocks = levels[-1].reshape(rows // 2, 2, columns // 2, 2, 4)
        levels.append(blocks.sum(axis=(1, 3)))
    colour = np.zeros((*levels[-1].shape[:2], 3), dtype=np.float32)
    for level in reversed(levels):
        scale = level.shape[0] // colour.shape[0]
        colour = colour.repeat(scale, axis=0).repeat(scale, axis=1)
        seen = level[..., 3] > 0
        colour[seen] = level[seen, :3] / level[seen, 3:]
    made = frame.copy()
    unseen = frame[..., 3] == 0
    made[unseen, :3] = np.rint(colour[:height, :width][unseen]).astype(np.uint8)
    return made
