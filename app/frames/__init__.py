"""Webcam pictures: intake, recording, analysis."""
