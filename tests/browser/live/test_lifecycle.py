"""The start and the end of a training with a page, also when one of its processes is killed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.live.page import TOKEN, newest_checkpoint, train_briefly
from tests.browser.training_process import Train, TrainingProcess, is_running, manifest
from tests.browser.viewer_process import OpenPage, body, body_number, eventually, ready, until
from tests.small_token import small_token


def test_a_training_waits_for_space_and_ends_with_ctrl_c(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    training = train("--paused")
    page = open_page(training)
    body(page, "state", "paused")
    expect(page.locator("#notice")).to_have_text("Press Space or the play button to begin.")
    body(page, "step", "0")
    page.keyboard.press(" ")
    body(page, "state", "running")
    until(page, "document.body.dataset.step > 3")
    training.process.send_signal(signal.SIGINT)
    body(page, "state", "ended")
    notice = page.locator("#notice")
    expect(notice).to_have_text(re.compile(r"This training has ended at step \d+, saved.*; to go on from there, run: mint train "))
    code, stdout = training.wait()
    token = next((tmp_path / "tokens").iterdir())
    assert newest_checkpoint(token) == body_number(page, "step")
    if "saved and exported" in notice.inner_text():
        assert (code, stdout) == (0, f"tokens/{token.name}/models\n")
        assert manifest(token)["step"] == newest_checkpoint(token)
    else:  # a slow machine may have no time for it
        assert (code, stdout) == (0, "")


def test_a_killed_trainer_is_reported_and_no_checkpoint_is_lost(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    train_briefly(next((tmp_path / "tokens").iterdir()), steps=3)
    training = train()
    folder = next((tmp_path / "tokens").iterdir())
    page = ready(open_page(training))
    until(page, "document.body.dataset.step > 7")
    trainer = training.trainer
    assert trainer is not None
    os.kill(trainer, signal.SIGKILL)
    body(page, "state", "ended")
    saved = newest_checkpoint(folder)
    assert saved >= 3
    sentence = rf"killed by SIGKILL; to go on from step {saved}, which is saved, run: mint train 'open sesame'"
    expect(page.locator("#notice")).to_have_text(re.compile(sentence))
    code, stdout = training.wait()
    assert (code, stdout) == (1, "")
    assert re.search(f"Error: The training ended after step .* {sentence}", training.lines[-1])
    assert "Traceback" not in "".join(training.lines)
    assert newest_checkpoint(folder) == saved


@pytest.mark.integration
def test_a_training_that_cannot_start_is_one_sentence_without_a_page(training: TrainingProcess, workplace: Path) -> None:
    elsewhere = workplace / "elsewhere"
    train_briefly(small_token(TOKEN, elsewhere), steps=1)
    for folder, seed, sentence in [(workplace, "4", "watch its page"), (elsewhere, "9", "leave --seed out")]:
        command = [
            sys.executable,
            "-m",
            "mint",
            "train",
            TOKEN,
            "--tokens-dir",
            str(folder / "tokens" if folder == workplace else folder),
        ]
        done = subprocess.run([*command, "--seed", seed, "--no-browser"], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr.startswith("Error: ")
        assert sentence in done.stderr
        assert "http://" not in done.stderr


def test_a_killed_server_leaves_no_process_behind(train: Train, open_page: OpenPage, tmp_path: Path) -> None:
    training = train()
    page = ready(open_page(training))
    until(page, "document.body.dataset.step > 3")
    trainer, step = training.trainer, body_number(page, "step")
    assert trainer is not None
    training.process.kill()
    body(page, "state", "disconnected")
    expect(page.locator("#notice")).to_be_visible()
    eventually(lambda: not is_running(trainer))
    assert newest_checkpoint(next((tmp_path / "tokens").iterdir())) >= step
