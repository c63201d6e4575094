"""Verify a collection: its rules, its tokens, and its publications."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from mint.collection.folder import FILE_NAME, RULES_NAME, CollectionFolder, rules_digest
from mint.collection.publication.draft import IMAGES, OnProgress
from mint.collection.publication.provenance import published_tokens
from mint.collection.publication.record import PUBLISHED, Publication, read_publication
from mint.collection.rules.rules_file import MAX_BYTES
from mint.collection.summary import counted_rules
from mint.collection.verification.problem import Problem
from mint.collection.verification.publication_check import PublicationCheck
from mint.collection.verification.token_check import PublishedPicture, TokenCheck, check_token
from mint.collection.worker_pool import map_over_cores
from mint.errors import CollectionError, PublicationError, RulesError
from mint.token.token import GENERATOR_VERSION
from viewer.regular_file import read_regular_file


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was verified, and every problem, in the order in which they were found."""

    tokens: int
    rules: int
    publications: dict[str, int]  # how many files each has
    problems: tuple[Problem, ...]


def verify_collection(folder: CollectionFolder, on_progress: OnProgress) -> Verification:
    """Draw every token of a collection anew and compare all files with it; check the rules, and every publication.

    Raises CollectionError where tokens were drawn by another version of the program, or a file cannot be read.
    """
    collection = folder.collection
    if collection.generator != GENERATOR_VERSION:
        raise CollectionError(
            f"{folder.path} was drawn by generator {collection.generator}, and this version draws with {GENERATOR_VERSION}; "
            "verify it with the version of Pixelmint that drew it"
        )
    try:
        num_rules, problems = _check_rules(folder)
        publications, unreadable = _read_publications(folder.path)
        problems += unreadable
        checks = _token_checks(folder, publications)
        for done, found in enumerate(map_over_cores(check_token, checks), 1):
            problems += found
            on_progress("drawing tokens", done, len(checks))
        problems += _foreign_folders(folder)
        num_files = {}
        for path, publication in publications.items():
            check = PublicationCheck(path, publication, folder, on_progress)
            problems += check.run()
            num_files[path.name] = check.num_files
    except OSError as error:
        raise CollectionError(f"{error.filename or folder.path} cannot be read: {error.strerror or error}; repair that") from error
    return Verification(tokens=len(collection.tokens), rules=num_rules, publications=num_files, problems=tuple(problems))


def _check_rules(folder: CollectionFolder) -> tuple[int, list[Problem]]:
    """Return how many rules there are, and those that are not kept."""
    problems = [
        Problem(FILE_NAME, f"it lists the hash {text!r} {count} times")
        for text, count in Counter(token.hash for token in folder.collection.tokens).items()
        if count > 1
    ]
    path = folder.path / RULES_NAME
    if not path.is_file():
        return 0, [*problems, Problem(RULES_NAME, "it is missing")]
    if rules_digest(read_regular_file(path, MAX_BYTES, within=folder.path)) != folder.collection.rules_sha256:
        problems.append(Problem(RULES_NAME, f"its SHA-256 is not the one in {FILE_NAME}"))
    try:
        counts = counted_rules(folder)
    except RulesError as error:
        return 0, [*problems, Problem(RULES_NAME, str(error))]
    problems += [
        Problem(f"{RULES_NAME}, line {count.rule.line}", f"{count.rule.words}: there are {count.count}")
        for count in counts
        if not count.is_kept
    ]
    return len(counts), problems


def _read_publications(folder: Path) -> tuple[dict[Path, Publication], list[Problem]]:
    publications, problems = {}, []
    for path in sorted((folder / PUBLISHED).glob("[!.]*")):
        try:
            publications[path] = read_publication(path)
        except PublicationError as error:
            problems.append(Problem(path.relative_to(folder).as_posix(), str(error)))
    return publications, problems


def _token_checks(folder: CollectionFolder, publications: dict[Path, Publication]) -> list[TokenCheck]:
    pictures: dict[int, list[PublishedPicture]] = {}
    for path, publication in publications.items():
        settings = publication.settings
        if settings.image == "nine":
            for number, drawn in published_tokens(folder.collection, settings.starting_index):
                picture = PublishedPicture(path=path / IMAGES / f"{number}.png", scale=settings.scale)
                pictures.setdefault(drawn.number, []).append(picture)
    return [
        TokenCheck(
            root=folder.path,
            path=folder.token_path(token.number),
            token=token,
            pictures=tuple(pictures.get(token.number, ())),
        )
        for token in folder.collection.tokens
    ]


def _foreign_folders(folder: CollectionFolder) -> list[Problem]:
    """Return the folders among the tokens that are of no token of the collection."""
    known = {folder.token_path(token.number) for token in folder.collection.tokens}
    found = sorted((folder.path / "tokens").glob("[!.]*"))
    return [Problem(f"tokens/{path.name}", "it is no token of the collection") for path in found if path not in known]
