"""Tests of CAR files."""
