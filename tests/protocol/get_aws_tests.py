"""Gets AWS's protocol tests: ``python get_aws_tests.py FOLDER`` puts them into FOLDER.

They are in the source distribution of botocore, of the version that is installed.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import botocore


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"botocore=={botocore.__version__}"
    options = ["--quiet", "--no-deps", "--no-binary", "botocore", "--dest", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", "download", *options, name], check=True)
    with tarfile.open(folder / f"botocore-{botocore.__version__}.tar.gz") as archive:
        for direction in ("input", "output"):
            path = f"{archive.getnames()[0]}/tests/unit/protocols/{direction}/rest-json.json"
            content = archive.extractfile(path)
            assert content is not None, path
            (folder / direction).mkdir(exist_ok=True)
            (folder / direction / "rest-json.json").write_bytes(content.read())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
