"""Tests of the pages, against an intercepted server."""
