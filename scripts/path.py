"""Put the project on the path of the environment that runs this, after everything that is there.

So its `manim`, notebooks and scripts find `ridge_math` and `scenes` from any folder, while a module of
a user's own, or of a package, with one of our names is found first: nothing of hers is shadowed. What
is run here finds ours first all the same, since Python puts the folder of `render.py` before all.

The path is written relative to the environment, so both can be moved together.
"""

import os
import sysconfig

SITE = sysconfig.get_path("purelib")
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

with open(os.path.join(SITE, "ridge-film.pth"), "w", encoding="utf-8") as file:
    file.write(os.path.relpath(ROOT, SITE) + "\n")
