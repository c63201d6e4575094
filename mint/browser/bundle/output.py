"""Write a bundle: as one HTML file, as a zip, or as a folder. A bundle that cannot be written leaves nothing behind."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from mint import atomic_write
from mint.errors import BundleError
from mint.reproducible_zip import reproducible_zip

INDEX: Final = "index.html"
Container = Literal["html", "zip", "folder"]


def container_of(output: Path) -> Container:
    """Return what a bundle is written as, by the name of the output. Raises BundleError where another kind of file is asked for."""
    match output.suffix.lower():
        case ".html" | ".htm":
            return "html"
        case ".zip":
            return "zip"
        case "":
            return "folder"
        case _:
            raise BundleError(f"{output} is neither .html nor .zip nor a folder; give one of these to -o")


def check_output(output: Path) -> None:
    """Raise BundleError where a bundle could not be written, before anything is computed."""
    container = container_of(output)
    if container == "folder":
        if output.exists() and not output.is_dir():
            raise BundleError(f"{output} is a file; give a folder, FILE.html or FILE.zip to -o")
        if output.is_dir() and any(output.iterdir()) and not (output / INDEX).is_file():
            raise BundleError(f"{output} is a folder with other files; give an empty or a new one to -o")
    elif output.is_dir():
        raise BundleError(f"{output} is a folder; give the name of a file to -o")


def write_bundle(output: Path, files: Mapping[str, bytes]) -> int:
    """Write the files of a bundle, ``index.html`` among them, and return their bytes as written. Raises BundleError."""
    check_output(output)
    container = container_of(output)
    try:
        atomic_write.make_folder(output.absolute().parent)
        if container == "folder":
            atomic_write.write_folder(output.absolute(), lambda folder: _write_files(folder, files), replace=True)
            return sum(len(data) for data in files.values())
        data = files[INDEX] if container == "html" else reproducible_zip(files)
        atomic_write.write_bytes(output, data)
    except OSError as error:
        problem = atomic_write.write_problem(output.absolute(), error)
        raise BundleError(f"{output} cannot be written: {problem}; give another place with -o") from error
    return len(data)


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
