"""The studio: a page on this machine that shows the film while it is made, redrawn on every save.

A *server* answers the page and draws nothing; *drawing processes* open the film with the code as it is
on the disk and draw the frames they are asked for. A save ends them, and new ones are forked from a
process that has imported Manim and nothing of ours, so that nothing of the old code survives.
"""
