"""What a training script calls: it writes run folders and never disturbs the training.

``dotscape`` re-exports the public names one by one, when they are first asked for.
"""
