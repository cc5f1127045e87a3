"""From acts to frames: settings, timelines, exact frames of an act, the film and what draws it."""
