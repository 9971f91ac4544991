"""ONNX sessions as the workers use them: one thread, quiet, static shapes."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

Tensor = NDArray[np.float32]


class Model:
    """One ONNX file with one float32 input."""

    def __init__(self, path: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._input = self._session.get_inputs()[0].name

    def run(self, tensor: Tensor) -> list[Tensor]:
        """All outputs for one input."""
        outputs: list[Tensor] = self._session.run(None, {self._input: tensor})
        return outputs
