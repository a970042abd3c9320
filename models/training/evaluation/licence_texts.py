"""Takes the licence and notice texts out of package archives."""

import re
import tarfile
import zipfile
from pathlib import Path

# At the top of an npm tarball or Python source archive, or among a wheel's metadata.
WANTED = re.compile(r"^(?:[^/]+/|[^/]+\.dist-info/(?:licenses/)?)(LICEN[CS]E|COPYING|NOTICE)[^/]*$", re.I)


def licence_text(archive: Path) -> str:
    """The texts of all licence and notice files of a package, or "" if it carries none."""
    if archive.suffix in (".whl", ".zip"):
        with zipfile.ZipFile(archive) as opened:
            files = {name: opened.read(name) for name in opened.namelist() if WANTED.match(name)}
    else:
        with tarfile.open(archive) as opened:
            members = [member for member in opened if member.isfile() and WANTED.match(member.name)]
            files = {member.name: opened.extractfile(member).read() for member in members}
    texts = dict.fromkeys(data.decode("utf-8", "replace").strip() for _, data in sorted(files.items()))
    return "\n\n".join(text for text in texts if text) + "\n" if files else ""
