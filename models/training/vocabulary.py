"""The special tokens and the tokenizer's pre-tokenisation, shared by all scripts."""

PAD, MASK, BEGIN, END = "<|pad|>", "<|mask|>", "<|begin|>", "<|end|>"
LANGUAGE_TOKENS = {"typescript": "<|ts|>", "javascript": "<|js|>", "python": "<|py|>"}
# Their order gives their ids: pad 0, mask 1, begin 2, end 3, then the languages.
SPECIAL_TOKENS = [PAD, MASK, BEGIN, END, *LANGUAGE_TOKENS.values()]

# VS Code language ids and the language token of each.
EDITOR_LANGUAGES = {
    "typescript": "<|ts|>", "typescriptreact": "<|ts|>",
    "javascript": "<|js|>", "javascriptreact": "<|js|>", "python": "<|py|>",
}

# One alternative per line: a word with the space before it; one digit; a line
# break with the indentation after it (blank lines before it are one piece of
# their own); punctuation with the space before it, at most three together so
# that merges stay general; white space, of which the last space is left to the
# word after it.
SPLIT_PATTERN = "|".join([
    r" ?\p{L}[\p{L}\p{M}]*",
    r"\p{N}",
    r"(?:[ \t]*\r?\n)+(?=[ \t]*\r?\n)",
    r"\r?\n[ \t]*",
    r" ?[^\s\p{L}\p{N}]{1,3}",
    r"[ \t]+(?=\r?\n)",
    r"\s+(?!\S)",
    r"\s",
])
