"""From frames to deliverables: settings, drawing, encoding and reporting; knows no act by name."""
