"""Read the rules of a collection from a TOML file. What is wrong is told with its line, and unknown names with the nearest ones."""

import difflib
import tomllib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from mint.collection.folder import MAX_SIZE
from mint.collection.rules.rule import Combination, Exclusion, OneOfOne, Quota, Requirement, Rules, Size, Uniqueness
from mint.collection.rules.toml_lines import Path as KeyPath
from mint.collection.rules.toml_lines import key_lines
from mint.collection.trait_tables import Value, trait_values
from mint.errors import HashError, RulesError
from mint.token.hash import TokenHash, parse_hash
from viewer.regular_file import read_regular_file

MAX_BYTES: Final = 1 << 20
MAX_HASHES_BYTES: Final = 1 << 28
MAX_FIRST_NUMBER: Final = 1 << 31
MAX_NAME_LENGTH: Final = 100
MAX_SEED_LENGTH: Final = 256
KEYS: Final = ("name", "size", "seed", "hashes", "first_number", "unique", "quota", "forbid", "require", "token")
CHOICES: Final = ("size", "seed", "token")


def read_rules(path: Path) -> Rules:
    """Read and check a file of rules. Raises RulesError with the line of what is wrong."""
    data = _read_bytes(path, MAX_BYTES)
    try:
        text = data.decode()
        document = tomllib.loads(text)
        # The parser of TOML lets through what nests too deeply as a RecursionError.
        lines = key_lines(text)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RulesError(f"{path}, line {line}: the file is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise RulesError(f"{path} is not TOML: {error}; repair that line") from error
    except RecursionError as error:
        raise RulesError(f"{path} is not TOML that can be read: it is nested too deeply; leave out brackets") from error
    return _RulesReader(path, data, document, lines).read()


def _read_bytes(path: Path, max_bytes: int) -> bytes:
    try:
        return read_regular_file(path, max_bytes)
    except OSError as error:
        repair = "give the file of rules" if isinstance(error, FileNotFoundError) else "give a file that can be read"
        raise RulesError(f"{path} cannot be read: {error.strerror}; {repair}") from error


class _RulesReader:
    """Reads one document; every method takes the path of a key, by which an error finds its line."""

    def __init__(self, path: Path, data: bytes, document: Mapping[str, Any], lines: Mapping[KeyPath, int]) -> None:
        self._path, self._data, self._document, self._lines = path, data, document, lines

    def read(self) -> Rules:
        document = self._document
        self._refuse_unknown((), document, KEYS)
        hashes = self._hashes()
        if hashes is None:
            size = Size(line=self._line(("size",)), size=self._integer(("size",), 1, MAX_SIZE))
            seed = self._text(("seed",), MAX_SEED_LENGTH)
        else:
            size, seed = Size(line=self._line(("hashes",)), size=len(hashes)), None
        rules = Rules(
            path=self._path,
            text=self._data,
            name=self._text(("name",), MAX_NAME_LENGTH),
            first_number=self._integer(("first_number",), 0, MAX_FIRST_NUMBER) if "first_number" in document else 1,
            size=size,
            seed=seed,
            hashes=hashes,
            quotas=self._quotas(),
            exclusions=tuple(
                Exclusion(line=self._line(path), combination=self._combination(path)) for path in self._tables("forbid")
            ),
            requirements=tuple(self._requirement(path) for path in self._tables("require")),
            uniqueness=self._uniqueness(),
            ones_of_one=self._ones_of_one(),
        )
        return rules

    def _hashes(self) -> tuple[TokenHash, ...] | None:
        if "hashes" not in self._document:
            return None
        for key in CHOICES:
            if key in self._document:
                raise self._error((key,), f"{key!r} chooses tokens, but with 'hashes' nothing is chosen; leave out one of them")
        file = self._path.parent / self._text(("hashes",), 4096)
        try:
            lines = _read_bytes(file, MAX_HASHES_BYTES).decode().splitlines()
        except UnicodeDecodeError as error:
            raise self._error(("hashes",), f"{file} is not UTF-8 text; save it as UTF-8") from error
        hashes = tuple(_parse_line(file, number, line) for number, line in enumerate(lines, 1) if line.strip())
        if not 1 <= len(hashes) <= MAX_SIZE:
            raise self._error(("hashes",), f"{file} has {len(hashes)} hashes; give 1 to {MAX_SIZE}, one a line")
        text, count = Counter(each.text for each in hashes).most_common(1)[0]
        if count > 1:
            raise self._error(("hashes",), f"{file} has the hash {text!r} {count} times; give each once")
        return hashes

    def _quotas(self) -> tuple[Quota, ...]:
        if "quota" not in self._document:
            return ()
        quotas = []
        for trait, counts in self._table(("quota",)).items():
            self._check_trait(("quota", trait), trait)
            for text in self._table(("quota", trait)):
                path = ("quota", trait, text)
                value = self._value(path, trait, text)
                low, high = self._bounds(path, counts[text], 0, MAX_SIZE)
                quotas.append(Quota(line=self._line(path), trait=trait, value=value, low=low, high=high))
        return tuple(quotas)

    def _bounds(self, path: KeyPath, given: object, low: int, high: int) -> tuple[int, int | None]:
        """Return the bounds of a number, or of a table { min, max } of which one may be absent."""
        if not isinstance(given, dict):
            number = self._checked_integer(path, given, low, high)
            return number, number
        self._refuse_unknown(path, given, ("min", "max"))
        if not given:
            raise self._error(path, f"{_name(path)} has neither 'min' nor 'max'; give one of them, or a number")
        least = self._checked_integer((*path, "min"), given.get("min", low), low, high)
        most = self._checked_integer((*path, "max"), given["max"], low, high) if "max" in given else None
        if most is not None and least > most:
            raise self._error(path, f"min = {least} is more than max = {most}; exchange them")
        return least, most

    def _requirement(self, path: KeyPath) -> Requirement:
        given = self._table(path)
        self._refuse_unknown(path, given, ("if", "then"))
        for key in ("if", "then"):
            if key not in given:
                raise self._error(path, f"[[require]] lacks {key!r}; give if = {{ trait = value }} and then = {{ trait = value }}")
        condition, consequence = (self._combination((*path, key)) for key in ("if", "then"))
        return Requirement(line=self._line(path), condition=condition, consequence=consequence)

    def _combination(self, path: KeyPath) -> Combination:
        given = self._table(path)
        if not given:
            raise self._error(path, f"{_name(path)} names no trait; give at least one trait and its value")
        return {trait: self._values((*path, trait), trait, value) for trait, value in given.items()}

    def _values(self, path: KeyPath, trait: str, given: object) -> frozenset[Value]:
        """Return the values of a trait: one, a list of them, or a range of counts."""
        self._check_trait(path, trait)
        if isinstance(given, dict):
            numbers = [value for value in trait_values()[trait] if isinstance(value, int)]
            if not numbers:
                raise self._error(path, f"{trait} has texts as values, not numbers, so it has no min and max; give values")
            low, high = self._bounds(path, given, 0, MAX_SIZE)
            found = frozenset(number for number in numbers if low <= number and (high is None or number <= high))
            if not found:
                raise self._error(path, f"{trait} is never in that range; give one that reaches into {numbers[0]} to {numbers[-1]}")
            return found
        values = given if isinstance(given, list) else [given]
        if not values:
            raise self._error(path, f"{trait} has an empty list; give at least one value")
        return frozenset(self._value(path, trait, value) for value in values)

    def _value(self, path: KeyPath, trait: str, given: object) -> Value:
        """Return a value of a trait; a number may be given as text, because keys are texts."""
        for value in trait_values()[trait]:
            if not isinstance(given, bool) and str(given) == str(value):
                return value
        raise self._error(
            path, f"no token has the {trait} {_shown(given)}; {_nearest(str(given), map(str, trait_values()[trait]))}"
        )

    def _uniqueness(self) -> Uniqueness | None:
        if "unique" not in self._document:
            return None
        path = ("unique",)
        given = self._document["unique"]
        if not isinstance(given, list) or not given or not all(isinstance(trait, str) for trait in given):
            raise self._error(path, f'unique is {_shown(given)}, not a list of traits; give for instance unique = ["Palette"]')
        for trait in given:
            self._check_trait(path, trait)
        return Uniqueness(line=self._line(path), traits=tuple(dict.fromkeys(given)))

    def _ones_of_one(self) -> tuple[OneOfOne, ...]:
        found: dict[TokenHash, OneOfOne] = {}
        for path in self._tables("token"):
            self._refuse_unknown(path, self._table(path), ("hash",))
            text = self._text((*path, "hash"), 256)
            try:
                token_hash = parse_hash(text)
            except HashError as error:
                raise self._error((*path, "hash"), str(error)) from error
            if token_hash.scheme == "import":
                raise self._error((*path, "hash"), f"{text[:19]}... is the hash of imported art, which no hash draws; leave it out")
            if token_hash in found:
                raise self._error((*path, "hash"), f"the hash {text!r} is already in line {found[token_hash].line}; give it once")
            found[token_hash] = OneOfOne(line=self._line(path), hash=token_hash)
        return tuple(found.values())

    def _tables(self, key: str) -> list[KeyPath]:
        """Return the paths of the tables of an array."""
        given = self._document.get(key, [])
        if not isinstance(given, list):
            raise self._error((key,), f"{key} is not a list of tables; write each as [[{key}]]")
        return [(key, number) for number in range(len(given))]

    def _table(self, path: KeyPath) -> Mapping[str, Any]:
        given = self._at(path)
        if not isinstance(given, dict):
            raise self._error(path, f"{_name(path)} is {_shown(given)}, not a table; give for instance {{ trait = value }}")
        return given

    def _text(self, path: KeyPath, max_length: int) -> str:
        given = self._at(path)
        if not isinstance(given, str) or not 1 <= len(given) <= max_length or not given.isprintable():
            raise self._error(path, f"{_name(path)} is {_shown(given)}, not a text of 1 to {max_length} printable characters")
        return given

    def _integer(self, path: KeyPath, low: int, high: int) -> int:
        return self._checked_integer(path, self._at(path), low, high)

    def _checked_integer(self, path: KeyPath, given: object, low: int, high: int) -> int:
        if type(given) is not int or not low <= given <= high:
            raise self._error(path, f"{_name(path)} is {_shown(given)}, not a whole number from {low} to {high}")
        return given

    def _at(self, path: KeyPath) -> Any:
        given: Any = self._document
        for key in path:
            if isinstance(given, dict) and key not in given:
                raise self._error(path[:-1], f"{_name(path)} is missing; add it")
            given = given[key]
        return given

    def _check_trait(self, path: KeyPath, trait: str) -> None:
        if trait not in trait_values():
            raise self._error(path, f"no token has the trait {_shown(trait)}; {_nearest(trait, trait_values())}")

    def _refuse_unknown(self, path: KeyPath, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in given:
            if key not in known:
                raise self._error((*path, key), f"{_shown(key)} is no key here; {_nearest(key, known)}")

    def _line(self, path: KeyPath) -> int:
        """Return the line of a key, or of the nearest one above it that has a line."""
        return next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), 1)

    def _error(self, path: KeyPath, sentence: str) -> RulesError:
        return RulesError(f"{self._path}, line {self._line(path)}: {sentence}")


def _parse_line(file: Path, number: int, line: str) -> TokenHash:
    try:
        token_hash = parse_hash(line.strip())
    except HashError as error:
        raise RulesError(f"{file}, line {number}: {error}") from error
    if token_hash.scheme == "import":
        raise RulesError(f"{file}, line {number}: this is the hash of imported art, which no hash draws; leave it out")
    return token_hash


def _nearest(given: str, known: Any) -> str:
    """Return a repair that tells the nearest names, or all if there are few."""
    names = list(known)
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(given.casefold(), folded, n=3, cutoff=0.5)]
    if not near:
        near = names if len(names) <= 12 else [*names[:8], "..."]
    return f"give {', '.join(near[:-1])} or {near[-1]}" if len(near) > 1 else f"give {near[0]}"


def _name(path: KeyPath) -> str:
    return ".".join(str(key) for key in path if isinstance(key, str))


def _shown(value: object) -> str:
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
