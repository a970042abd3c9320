"""What an adaptation keeps in its work folder, by name."""

from readers import PACKAGES

BASE_FILE = "base.gguf"  # where the base came in a pack; elsewhere it lies where the user has it
TOKENIZER_FILE = "tokenizer.adapted.json"  # the base's, trimmed
SOURCES_FILE = "sources.npy"  # the rows of the base's embedding that the trimmed tokenizer's ids start from

PACKED = (BASE_FILE, TOKENIZER_FILE, SOURCES_FILE, PACKAGES)
"""What adapt.pack packs."""
