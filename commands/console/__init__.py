"""What a person sees and types: options, progress, reports, the examination of the machine."""
