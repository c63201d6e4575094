"""Files are opened by ``viewer.regular_file`` alone, except those that are the program's own or new, which are listed here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OPENER = "viewer/regular_file.py"
OPENING = {
    *("open", "read_bytes", "read_text", "fdopen", "ZipFile", "TarFile", "safe_open", "load_file", "memmap", "fromfile"),
    *("copy", "copy2", "copyfile", "copytree"),
}
# These take a file, or its bytes as a stream.
READERS = {"Image.open", "np.load", "zipfile.ZipFile", "ZipFile"}

OWN_SOURCES = {
    "mint/browser/bundle/artwork_page.py": [
        "(PAGE / 'index.html').read_text(encoding='utf-8')",
        "(PAGE / match[1]).read_text(encoding='utf-8')",
    ],
    "mint/browser/drawing/python_modules.py": ["path.read_text(encoding='utf-8')"],
    "mint/browser/drawing/runtime_files.py": ["(folder / name).read_text(encoding='utf-8')"],
    "mint/collection/contact_sheet/html.py": [
        "(_HERE / 'page.html').read_text(encoding='utf-8')",
        "path.read_text(encoding='utf-8')",
    ],
    "mint/collection/ipfs/car_packer.py": ["Path(__file__).with_name(name).read_bytes()"],
    "mint/collection/publication/schema_check.py": ["(_SCHEMAS / f'{schema}.json').read_bytes()"],
    "mint/export/graph_cache.py": ["path.read_bytes()"],
    "mint/module_joiner.py": ["path.read_text(encoding='utf-8')"],
    # The second is that of a package, below.
    "mint/sharing/gallery/engine.py": ["(STATIC / name).read_bytes()", "runtime.wasm.read_bytes()"],
}
OWN_PACKAGES = {  # fetched by npm, and compared with the hashes of a lock file
    "mint/browser/bundle/training_engine.py": ["path.read_bytes()", "runtime.wasm.read_bytes()"],
    "mint/browser/bundle/web_runtime.py": [
        "(_PACKAGES / name).read_bytes()",
        "(folder / _WASM).read_bytes()",
        "(self.folder / _COMPRESSED).read_bytes()",
        "(self.folder / _LOADER).read_text(encoding='utf-8')",
        "(self.folder / _SDK).read_text(encoding='utf-8')",
    ],
}
NEW_FILES = {  # with a name that nobody could foresee, or in a folder of this process
    "mint/atomic_write.py": ["os.open(path, flags)", "temporary.open('xb')"],
    "mint/collection/publication/draft.py": ["shutil.copyfile(source, copy)"],
    "mint/collection/token_writer.py": ["path.read_bytes()"],
    "mint/collection/verification/token_check.py": ["path.read_bytes()"],
    "mint/sharing/signing_key.py": [
        "os.fdopen(descriptor, 'wb')",
        "os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 384)",
    ],
    "viewer/atomic_write.py": ["temporary.open('x+b')"],
    "viewer/web/browser.py": [
        "os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 384), 'w', encoding='utf-8')",
        "os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 384)",
        "webbrowser.open(path.as_uri())",
    ],
}
STREAMS = {  # pipes of this process, memory, and archives that are open already
    "mint/art/sheets/atlas_files.py": ["archive.open(entry)"],
    "mint/picture_files/source_files.py": ["archive.open(entry)"],
    "mint/reproducible_zip.py": ["zipfile.ZipFile(buffer, 'w')"],
    "viewer/exported/worker.py": [
        "open('/proc/self/status', encoding='ascii')",
        "open(os.devnull, 'r+b', buffering=0)",
        "os.fdopen(os.dup(0), 'rb')",
        "os.fdopen(os.dup(1), 'wb')",
    ],
    "viewer/pictures/mp4.py": ["av.open(output, 'w', format='mp4', options={'movflags': 'faststart'})"],
}
LISTED = OWN_SOURCES | OWN_PACKAGES | NEW_FILES | STREAMS


def direct_opens(source: str) -> list[str]:
    """Return the calls in a module's source that open a file by themselves, sorted."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name | ast.Attribute):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        if name not in OPENING | {"load"}:
            continue
        function = ast.unparse(node.func)
        is_opening = name in OPENING and function not in READERS and not _is_copy_of_data(function)
        if is_opening or (function in READERS and not _is_stream(node)):
            found.append(ast.unparse(node))
    return sorted(found)


def _is_copy_of_data(function: str) -> bool:
    """Whether it is ``array.copy()``, and not ``shutil.copy(one, other)``."""
    return function.endswith((".copy", ".copy2")) and not function.startswith("shutil.")


def _is_stream(call: ast.Call) -> bool:
    return bool(call.args) and isinstance(call.args[0], ast.Call) and ast.unparse(call.args[0].func) in ("BytesIO", "io.BytesIO")


@pytest.mark.parametrize(
    "source",
    [
        "open(path)",
        "path.open('rb')",
        "json.loads((folder / 'a.json').read_bytes())",
        "path.read_text()",
        "os.open(path, os.O_RDONLY)",
        "Image.open(path)",
        "np.load(path)",
        "zipfile.ZipFile(path)",
        "shutil.copyfile(path, other)",
        "safetensors.safe_open(path)",
    ],
)
def test_a_file_that_is_opened_elsewhere_is_found(source: str) -> None:
    assert len(direct_opens(source)) == 1


@pytest.mark.parametrize("source", ["Image.open(io.BytesIO(data))", "np.load(BytesIO(data))", "array.copy()", "reopen(path)"])
def test_what_opens_no_file_is_left_alone(source: str) -> None:
    assert direct_opens(source) == []


def test_every_other_file_is_opened_by_the_one_opener() -> None:
    found = {}
    for package in ("mint", "viewer"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            calls = direct_opens(path.read_text(encoding="utf-8"))
            if calls and name != OPENER:
                found[name] = calls
    assert found == LISTED
