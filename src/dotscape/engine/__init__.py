"""Runs core over the store: jobs with progress and cancel, results cached by content.

source        where vectors come from
fingerprints  hashes of vector files, remembered
cache         finished layouts on disk
job           one projection that runs, and what others see of it
engine        queues, threads, subscriptions
"""

from dotscape.engine.cache import StoredLayout
from dotscape.engine.engine import Engine
from dotscape.engine.job import Frame, JobSnapshot
from dotscape.engine.source import ArrayVectors, FileVectors, VectorSource

__all__ = [
    "ArrayVectors",
    "Engine",
    "FileVectors",
    "Frame",
    "JobSnapshot",
    "StoredLayout",
    "VectorSource",
]
