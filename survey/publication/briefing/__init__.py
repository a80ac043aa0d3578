"""Briefing: what a meeting decides on, as plain values made of a release; pages and paper show the same ones."""
