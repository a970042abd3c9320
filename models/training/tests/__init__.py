"""Quick tests of the training code: `python -m unittest discover -s models/training`."""
