"""A run: what becomes of tokens that fail, of workers that die, and of what an earlier run left."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from mint.collection.folder import CollectionFolder
from mint.collection.training.failure_log import FILE_NAME, FailureLog
from mint.collection.training.job import FailedAttempt, Job, Outcome, TokenTraining, TrainedToken
from mint.collection.training.run import MAX_DEATHS, CollectionRun, RunCallbacks, RunProgress, training_folder
from mint.errors import CollectionError, TrainingError
from tests.collection.training.real_export import trained_as
from tests.collection.training.small_collection import TRAINING, write_small_collection

Attempt = Callable[[Job], TrainedToken | FailedAttempt]


class ScriptedScheduler:
    """Runs each job at once, as a function says, and records the jobs."""

    window = 2

    def __init__(self, attempt: Attempt) -> None:
        self.jobs: list[Job] = []
        self._attempt = attempt
        self._ended: list[Outcome] = []

    def submit(self, job: Job) -> None:
        self.jobs.append(job)
        self._ended.append(Outcome(job, self._attempt(job)))

    def wait(self, timeout_s: float) -> list[Outcome]:
        return [self._ended.pop(0)]

    def stop(self) -> None:
        raise AssertionError("nothing stops this run")


class Ran(NamedTuple):
    """What a run has done."""

    run: CollectionRun
    progress: RunProgress
    jobs: list[Job]
    failures: list[tuple[int, str, bool]]


def train(collection: CollectionFolder, attempt: Attempt, training: TokenTraining = TRAINING, *, retries: bool = False) -> Ran:
    training_folder(collection).mkdir(exist_ok=True)
    run = CollectionRun(collection, training, keeps_checkpoints=True, retries=retries)
    scheduler = ScriptedScheduler(attempt)
    failures: list[tuple[int, str, bool]] = []
    progress = run.run(scheduler, RunCallbacks(on_failure=lambda *failure: failures.append(failure)))
    return Ran(run, progress, scheduler.jobs, failures)


def failing(*numbers: int) -> Attempt:
    return lambda job: FailedAttempt(kind="failed", reason="it diverged") if job.number in numbers else trained_as(job)


@pytest.fixture
def collection(tmp_path: Path) -> CollectionFolder:
    return write_small_collection(tmp_path / "small", 4)


def test_a_token_that_fails_three_times_is_set_aside_until_it_is_retried(collection: CollectionFolder) -> None:
    ran = train(collection, failing(2))
    assert (ran.progress.num_trained, ran.progress.num_set_aside, ran.progress.num_left) == (3, 1, 0)
    assert ran.failures == [(2, "it diverged", False), (2, "it diverged", False), (2, "it diverged", True)]
    attempts = [job for job in ran.jobs if job.number == 2]
    # Each attempt after a failure is another training.
    assert len({job.seed for job in attempts}) == len({job.checkpoints for job in attempts}) == 3
    assert [job.number for job in ran.jobs[:4]] == [1, 2, 3, 4]
    sentence = "1 token is set aside after 3 failures, token 2 because of this: it diverged; try again with --retry"
    with pytest.raises(CollectionError) as caught:
        ran.run.raise_set_aside()
    assert str(caught.value) == sentence

    again = train(collection, failing())
    assert (again.jobs, again.progress.num_trained_before, again.progress.num_set_aside) == ([], 3, 1)
    retried = train(collection, failing(), retries=True)
    assert ([job.number for job in retried.jobs], retried.progress.num_set_aside, retried.progress.num_left) == ([2], 0, 0)
    retried.run.raise_set_aside()


def test_failures_of_earlier_runs_count(collection: CollectionFolder) -> None:
    training_folder(collection).mkdir()
    token = collection.collection.tokens[0]
    for _ in range(2):
        FailureLog(training_folder(collection)).add(Job(number=1, hash=token.hash, training=TRAINING), "earlier")
    ran = train(collection, failing(1))
    assert ran.failures == [(1, "it diverged", True)]
    assert [job.num_failures for job in ran.jobs if job.number == 1] == [2]  # so its seed is another one than theirs


def test_a_death_is_no_failure_of_the_token_until_it_happens_too_often(collection: CollectionFolder) -> None:
    deaths = {1: MAX_DEATHS - 1, 2: 3 * MAX_DEATHS}

    def attempt(job: Job) -> TrainedToken | FailedAttempt:
        if deaths.get(job.number, 0) == 0:
            return trained_as(job)
        deaths[job.number] -= 1
        return FailedAttempt(kind="died", reason="its process was ended by SIGKILL")

    ran = train(collection, attempt)
    assert ran.failures == [(2, "its process was ended by SIGKILL", number == 3) for number in (1, 2, 3)]
    assert deaths == {1: 0, 2: 0}
    assert ran.progress.num_trained == 3
    # A death keeps the checkpoints, so that the token goes on from there.
    assert len({job.checkpoints for job in ran.jobs if job.number == 1}) == 1


def test_an_export_that_is_refused_counts_as_a_failure(collection: CollectionFolder) -> None:
    ran = train(collection, lambda job: trained_as(collection_job(collection, 1) if job.number == 2 else job))
    assert {number for number, _, _ in ran.failures} == {2}
    assert "is that of" in ran.failures[0][1]
    assert not (collection.token_path(2) / "models").exists()


def collection_job(collection: CollectionFolder, number: int) -> Job:
    return Job(number=number, hash=collection.token(number).hash, training=TRAINING)


def test_what_a_killed_run_left_half_written_is_removed(collection: CollectionFolder) -> None:
    train(collection, failing(1, 3))
    trained, untrained = collection.token_path(2), collection.token_path(1)
    for folder in (trained, untrained):
        (folder / ".models-0123abcd.tmp").mkdir()
        (folder / ".models-0123abcd.tmp" / "generator.onnx").write_bytes(b"half")
        (folder / ".dreams.png-1.tmp").write_bytes(b"half")
    checkpoints = training_folder(collection) / "tokens"
    for number in (1, 2, 9):
        (checkpoints / str(number) / "kept").mkdir(parents=True)
    CollectionRun(collection, TRAINING, keeps_checkpoints=True)
    assert not list(collection.path.rglob("*.tmp"))
    assert [path.name for path in checkpoints.iterdir()] == ["1"]


def test_settings_that_cannot_work_end_the_run_early(tmp_path: Path) -> None:
    collection = write_small_collection(tmp_path / "small", 12)
    with pytest.raises(
        CollectionError, match="the first 10 attempts have all failed, the last because of this: it diverged; change"
    ):
        train(collection, failing(*range(1, 13)))
    # A run in which tokens were trained goes on.
    train(collection, failing(*range(2, 13)), retries=True)


@pytest.mark.parametrize(
    ("training", "sentence"),
    [
        (TokenTraining(recipe="cyclegan"), "the recipe cyclegan needs photographs, which tokens of a hash do not have"),
        (TokenTraining(recipe="cvae"), "the recipe cvae needs labels, which tokens of a hash do not have; give another --recipe"),
        (TokenTraining(settings={"widht": "3"}), "the recipe vaegan has no setting 'widht'; it has"),
    ],
)
def test_a_recipe_that_cannot_be_used_is_refused_at_once(
    collection: CollectionFolder, training: TokenTraining, sentence: str
) -> None:
    with pytest.raises((CollectionError, TrainingError), match=sentence):
        train(collection, failing(), training)


def test_a_disk_that_fills_ends_the_run_and_counts_no_failure(
    collection: CollectionFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def attempt(job: Job) -> TrainedToken | FailedAttempt:
        if job.number < 3:
            return trained_as(job)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))
        return FailedAttempt(kind="failed", reason="step 3 could not be saved")

    with pytest.raises(CollectionError, match=r"the collection cannot be trained: the disk of .*training is full: 0.0 MB are free"):
        train(collection, attempt)
    assert not (training_folder(collection) / FILE_NAME).exists()
    monkeypatch.undo()
    ran = train(collection, failing())
    assert (ran.progress.num_trained_before, ran.progress.num_trained) == (2, 2)


def test_a_token_without_its_folder_is_one_sentence(collection: CollectionFolder) -> None:
    shutil.rmtree(collection.token_path(3))
    with pytest.raises(CollectionError, match=r"tokens/3 cannot be read: No such file or directory; draw the collection again"):
        train(collection, failing())


def test_the_progress_tells_rate_and_time_left() -> None:
    progress = RunProgress(num_tokens=100, num_trained_before=10, num_trained=20, num_set_aside=2, seconds=600)
    assert (progress.num_left, progress.tokens_per_hour, progress.seconds_left) == (68, 120, 2040)
    assert RunProgress(num_tokens=5, num_trained_before=0).seconds_left is None
