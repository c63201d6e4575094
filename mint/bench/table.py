"""The benchmark's reports as tables."""

from rich.table import Table

from mint.bench.measurement import Report

_KINDS = {"eager": "the engine without a graph", "compiled": "the plain loop compiled"}


def report_table(report: Report) -> Table:
    """Return the table of a measurement."""
    table = Table("measured", "engine", "plain loop", "ratio", title=f"training on {report['device'].upper()}", title_style="bold")
    rates, speedup = report["steps_per_second"], report["speedup"]
    for name, label in (("quiet", "steps/s, quiet"), ("busy", "steps/s, one core kept busy")):
        table.add_row(label, f"{rates[name]['engine']:.1f}", f"{rates[name]['plain']:.1f}", f"{speedup[name]:.1f}")
    share = f"{100 * report['busy_share_of_one_thread']:.0f} % when busy"
    table.add_row("steps/s, one thread, quiet", f"{rates['engine_one_thread']:.1f}", "", share)
    used = report["arithmetic"]
    gpu = report["gpu"]
    for name in gpu["steps_per_second"] if gpu else ():
        rate = gpu["steps_per_second"][name]
        ratio = "" if rate is None else f"{rates['quiet']['engine'] / rate:.1f}"
        table.add_row(f"steps/s, {_KINDS[name]}", "-" if rate is None else f"{rate:.1f}", "", ratio)
    table.add_row("arithmetic, threads", f"{used['used']}, {used['threads']}", "float32, default", "")
    if gpu:
        table.add_row("TF32", *("on" if gpu["tf32"][name] else "off" for name in ("engine", "plain")), "")
    table.add_row("GFLOP a step", f"{report['gflop_per_step']:.2f}", "", "")
    peak = report["matmul_peak"]
    table.add_row(
        "GFLOP/s, of matmul peak",
        f"{report['gflop_per_second']:.0f}",
        f"{peak['gflop_per_second']:.0f}",
        f"{100 * peak['share']:.0f} %",
    )
    seconds = report["seconds_to"]
    for name, label in (("pixels_99", "seconds to 99 % of pixels"), ("ink_97", "seconds to 97 % of text ink")):
        table.add_row(label, "-" if seconds[name] is None else f"{seconds[name]:.1f}", "", f"median of {seconds['tokens']}")
    table.add_row("export: ms until ready", f"{report['export']['ready_ms']:.0f}", "", "")
    table.add_row("export: ms of training lost", f"{report['export']['lost_ms']:.1f}", "", "")
    tiles = report["tiles_per_second"]
    place = f"{tiles['threads']} threads" if tiles["provider"] == "CPUExecutionProvider" else tiles["provider"]
    label = f"tiles/s, onnxruntime and torch, {place}, {tiles['batch']} a batch"
    table.add_row(label, f"{tiles['onnxruntime']:.0f}", f"{tiles['torch']:.0f}", f"{tiles['ratio']:.1f}")
    memory = report["memory_mb"]
    table.add_row("memory, MiB", f"{memory['engine']:.0f}", f"{memory['plain']:.0f}", "")
    if gpu:
        by_driver = report["gpu_memory_mb"]
        cells = ("-" if by_driver[name] is None else f"{by_driver[name]:.0f}" for name in ("engine", "plain"))
        table.add_row("GPU memory by NVML, MiB", *cells, "")
        table.add_row("of it torch's pools, MiB", *(f"{gpu['pools_mb'][name]:.0f}" for name in ("engine", "plain")), "")
    return table


def scaling_table(reports: list[Report]) -> Table:
    """Return the table of steps a second and memory for numbers and sizes of sprites."""
    counts = sorted({report["sprites"] for report in reports})
    table = Table("size", *(f"{count} sprites" for count in counts), title="steps/s, MiB", title_style="bold")
    for side in sorted({report["side"] for report in reports}):
        by_count = {report["sprites"]: report for report in reports if report["side"] == side}
        cells = (f"{by_count[count]['steps_per_second']:.1f}, {by_count[count]['memory_mb']:.0f}" for count in counts)
        table.add_row(f"{side} x {side}", *cells)
    return table
