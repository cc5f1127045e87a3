"""The stage: everything with depth, drawn by OpenGL inside a Manim scene.

Read in this order: `view` (where the eye is), `geometry` (arrays of points), `marks` and `surface`
(the things on a stage), `stage` (the Manim object that holds them), `gl` (the one place that talks
to OpenGL), `overlay` and `camera` (how a frame comes together).
"""
