"""Exam points, rooms and seats."""
