"""Progress on stderr: a line with a clock for each thing under way, plain lines where no terminal is."""

import time
from types import TracebackType

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class Steps:
    """Shows what is happening to each service. Call it with (service, message, ready)."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.started = time.monotonic()
        self._shown: dict[str, TaskID] = {}
        columns = (
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.fields[service]:<10}"),
            TextColumn("{task.description}", markup=False),
            TimeElapsedColumn(),
        )
        self._live = Progress(*columns, console=console) if console.is_terminal else None

    def __enter__(self) -> "Steps":
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, service: str, message: str, ready: bool) -> None:
        """Show `message` for the service; its clock stops when it is ready."""
        if self._live is None:
            elapsed = time.monotonic() - self.started
            self.console.print(f"{elapsed:6.1f} s  {service:<10} {message}", markup=False, highlight=False)
            return
        if service not in self._shown:
            self._shown[service] = self._live.add_task(message, total=1, service=service)
        self._live.update(self._shown[service], description=message, completed=1 if ready else 0)
