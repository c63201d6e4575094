"""Fuzz a target with atheris, which is guided by coverage: python -m tests.fuzzing.fuzz NAME SECONDS FOLDER

FOLDER gets the inputs that reach something new. An input that fails is written there as found-*, and the exit code is not 0.
"""

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mint", "viewer"]):
    from tests.fuzzing import targets


def main() -> None:
    name, seconds, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    for number, data in enumerate(targets.seeds(name)):
        (folder / f"seed-{number}").write_bytes(data)
    limits = [
        f"-max_total_time={seconds}",
        "-max_len=16384",
        "-rss_limit_mb=1536",
        "-timeout=5",
        f"-artifact_prefix={folder}/found-",
    ]
    atheris.Setup([sys.argv[0], str(folder), *limits], lambda data: targets.run(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
