"""Reports on how customers are served."""
