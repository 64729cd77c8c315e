"""Settings -> Pipecat services. Importing the package comes before ONNX Runtime is imported by anything in it."""

from config import switch_off_telemetry

switch_off_telemetry()
