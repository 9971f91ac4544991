"""What in responses, times and forms a person should look at. Findings, never verdicts (decision 0051)."""
