"""What acts are made of: landscape, floor map, contours, plots, tables, widgets."""
