"""ONNX sessions as the workers use them: one thread, quiet."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from proctor.errors import ModelFileBroken
from proctor.models.tiny_weights import without_tiny_weights

Tensor = NDArray[np.float32]


class Model:
    """One ONNX file with one float32 input."""

    def __init__(self, path: Path) -> None:
        """Raises ModelFileBroken when there is no such model in the file."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            content = without_tiny_weights(path.read_bytes())
            self._session = onnxruntime.InferenceSession(
                content, sess_options=options, providers=["CPUExecutionProvider"]
            )
        except ModelFileBroken as error:
            raise ModelFileBroken(f"{path.name}: {error}") from error
        except Exception as error:  # the runtime's own errors have no other base in common
            raise ModelFileBroken(f"{path.name} is no model that onnxruntime can load") from error
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise ModelFileBroken(f"{path.name} has {len(inputs)} inputs where one is wanted")
        self._input = inputs[0].name

    def run(self, tensor: Tensor) -> list[Tensor]:
        """All outputs for one input."""
        outputs: list[Tensor] = self._session.run(None, {self._input: tensor})
        return outputs
