"""Exports of small random models. Nothing is asked of the hub, and code that comes with a model is kept in a spare folder."""

import atexit
import os
import shutil
import tempfile

# Both are read when transformers is imported.
os.environ["HF_HOME"] = tempfile.mkdtemp()
os.environ["HF_HUB_OFFLINE"] = "1"
atexit.register(shutil.rmtree, os.environ["HF_HOME"], ignore_errors=True)
