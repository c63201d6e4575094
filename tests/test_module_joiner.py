"""ES modules are joined to one script that runs like them."""

import shutil
import subprocess
from pathlib import Path

import pytest

from mint.browser.bundle.engine_script import module_as_expression
from mint.module_joiner import ModuleError, join_modules

MODULES = {
    "main.js": 'import { twice, NAME as label } from "./sub/numbers.js";\nimport * as words from "./words.js";\n'
    "export const result = `${label} ${twice(2)} ${words.greet()} ${words.default}`;\n",
    "sub/numbers.js": 'import { greet } from "../words.js";\nexport const NAME = greet();\nexport function twice(value) {\n'
    "  return 2 * value;\n}\n",
    "words.js": 'const hidden = "hello";\nfunction greet() {\n  return hidden;\n}\nexport {\n  greet,\n  hidden as default,\n};\n',
    "loud.js": 'export const greet = () => "HELLO";\nexport { greet as default };\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    for name, text in MODULES.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(script: str) -> str:
    node = shutil.which("node") or pytest.skip("no Node.js found")
    return subprocess.run([node, "-e", script], capture_output=True, text=True, check=True).stdout.strip()


def test_modules_run_once_after_those_they_import(folder: Path) -> None:
    joined = join_modules(folder / "main.js")
    assert [path.name for path in joined.names] == ["words.js", "numbers.js", "main.js"]
    assert run(f"{joined.script}console.log({joined.names[folder / 'main.js']}.result)") == "hello 4 hello hello"
    assert join_modules(folder / "main.js") == joined


def test_another_module_or_a_text_takes_the_place_of_one(folder: Path) -> None:
    joined = join_modules(
        folder / "main.js",
        replaced={folder / "words.js": folder / "loud.js"},
        texts={folder / "sub" / "numbers.js": 'export const NAME = "text";\nexport const twice = (value) => value + 1;\n'},
    )
    assert run(f"{joined.script}console.log({joined.names[folder / 'main.js']}.result.slice(0, 12))") == "text 3 HELLO"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('import "./words.js";\n', r"main.js: 'import \"./words.js\";' is a form of import or export"),
        ("export default 3;\n", r"'export default 3;' is a form"),
        ('import { NAME } from "./main.js";\nexport const x = NAME;\n', r"main.js imports itself, through main.js"),
    ],
)
def test_what_the_joiner_does_not_know_is_refused(text: str, message: str, folder: Path) -> None:
    (folder / "main.js").write_text(text)
    with pytest.raises(ModuleError, match=message):
        join_modules(folder / "main.js")


def test_a_bundled_module_becomes_an_expression() -> None:
    module = "const a = 1, at = import.meta.url;\nexport{a as one,at as address,a as default};\n//# sourceMappingURL=x.mjs.map\n"
    assert run(f"const m = {module_as_expression(module)}; console.log(m.one, m.default, m.address)") == "1 1 blob:pixelmint"
    with pytest.raises(ModuleError, match="does not end in a list of exports"):
        module_as_expression("const a = 1;")
