"""How fast the archive is, as ratios to baselines that are measured in the same run."""
