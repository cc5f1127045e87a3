"""From frames to deliverables: settings, drawing, encoding and reporting; knows no act by name."""

from pipeline.manim_defaults import use_manim_defaults

use_manim_defaults()
