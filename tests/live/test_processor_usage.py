"""How busy the CPU is, where no GPU trains: the share of all cores since the measurement before."""

from mint.live.processor_usage import ProcessorUsage


def test_the_first_measurement_has_nothing_to_compare_with() -> None:
    usage = ProcessorUsage("", 4)
    usage.measure(100.0)
    assert not usage.cpu
    assert not usage.gpu


def test_shares_stay_between_nothing_and_all_cores_and_only_the_last_are_kept() -> None:
    usage = ProcessorUsage("", 2)
    for cpu_seconds in (0.0, 0.0, 1e9, 1e9):
        usage.measure(cpu_seconds)
    assert list(usage.cpu) == [100.0, 0.0]
