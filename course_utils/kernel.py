"""A fresh kernel of this environment, for a notebook that is run from outside."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbclient.util import run_sync
from nbformat import NotebookNode
from traitlets import default

from course_utils.errors import CourseError

ENVIRONMENT = {
    "COURSE_NO_PROGRESS": "1",  # a run from outside is not the learner's own
    "PYTHONHASHSEED": "0",  # sets are printed in one order
    "OMP_NUM_THREADS": "1",  # small networks gain nothing from more threads, and notebooks that
    "OPENBLAS_NUM_THREADS": "1",  # run side by side lose much
    "MKL_NUM_THREADS": "1",
}

_SILENT = logging.getLogger(__name__)  # what goes wrong is raised, and told in a sentence
_SILENT.disabled = True


class _ThisPython(KernelSpecManager):
    """Whatever kernel a notebook names and whatever the user has installed: this interpreter."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(**get_kernel_dict())


class _KernelOfThisPython(AsyncKernelManager):
    @default("kernel_spec_manager")
    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return _ThisPython()


@contextmanager
def running(
    notebook: NotebookNode, folder: Path | str, *, timeout: int, allow_errors: bool = False
) -> Iterator[NotebookClient]:
    """A client whose kernel has started in `folder`; it is shut down at the end, whatever happened.

    `client.execute_cell(cell, index)` raises nbclient's errors for a cell that raises
    (CellExecutionError, unless errors are allowed), does not end in time (CellTimeoutError) or
    ends the kernel (DeadKernelError). CourseError where no kernel starts.
    """
    client = NotebookClient(
        notebook,
        kernel_manager_class=_KernelOfThisPython,
        kernel_name="python3",
        log=_SILENT,
        timeout=timeout,
        allow_errors=allow_errors,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        shutdown_kernel="immediate",
        extra_arguments=["--IPKernelApp.log_level=ERROR"],  # its warnings are for servers
    )
    with ExitStack() as started:
        kernel = client.setup_kernel(cwd=str(folder), env={**os.environ, **ENVIRONMENT})
        try:
            started.enter_context(kernel)
        except RuntimeError as error:
            raise CourseError(f"No kernel starts ({error}); run `course doctor`.") from error
        yield client


def interrupt(client: NotebookClient, seconds: float) -> None:
    """Stop the cell that runs; DeadKernelError where the kernel does not answer after `seconds`.

    nbclient goes on reading for a cell that it gave up, and takes what later cells say; a new
    connection ends that.
    """
    run_sync(client.km.interrupt_kernel)()
    client.kc.stop_channels()
    client.kc = client.km.client()
    client.kc.start_channels()
    client.kc.allow_stdin = False
    try:
        run_sync(client.kc.wait_for_ready)(timeout=seconds)
    except RuntimeError as error:
        raise DeadKernelError(f"It swallows interrupts: {error}") from None


def raised(error: CellExecutionError | NotebookNode) -> str:
    """What a cell raised, as the last line of a traceback says it; takes an error output too."""
    value = error.evalue.strip().partition("\n")[0]
    return f"{error.ename}: {value}".removesuffix(": ").removesuffix(".")
