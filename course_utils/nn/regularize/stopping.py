"""Early stopping: train as long as the validation loss falls, and keep the best parameters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_utils.nn import guard
from course_utils.nn.guard import takes
from course_utils.nn.mlp import MLP, mean_loss
from course_utils.nn.train import StopTraining

Array = np.ndarray


def _takes_losses(losses, patience) -> None:
    guard.count("patience", patience)
    if len(losses) == 0:
        raise ValueError("losses is empty; give the validation loss of at least one epoch.")


@takes(_takes_losses)
def best_epoch(losses: Sequence[float], patience: int) -> tuple[int, int]:
    """Early stopping on a list of validation losses: (best, last), two epochs.

    losses    the validation loss after epochs 0, 1, 2, …, one at a time
    patience  training ends when this many epochs in a row have not been better than the best one
    best      the epoch whose parameters are kept (the first of equal ones)
    last      the epoch after which training ends, at the latest the last of the list
    (Lecture 3, "Early stopping".)
    """
    best = 0
    for epoch, J in enumerate(losses):
        if losses[best] > J:
            best = epoch
        elif epoch - best >= patience:
            return best, epoch
    return best, len(losses) - 1


class EarlyStopping:
    """An on_epoch for `train`: ends the run when patience is over, and keeps what was best.

    theta   the parameters (P,) with the lowest validation loss so far
    epoch   after which epoch they were that
    losses  the validation loss after every epoch, from 0
    A new run (epoch 0) starts it afresh. Raises ValueError for an empty validation set.
    """

    def __init__(self, net: MLP, X_valid: Array, Y_valid: Array, *, patience: int = 10) -> None:
        guard.count("patience", patience)
        if len(X_valid) == 0:
            raise ValueError(
                f"the validation set is empty, X_valid has shape {np.shape(X_valid)}: keep some "
                f"cases apart with split(X, Y, rng=rng)."
            )
        guard.batch(net, None, X_valid, Y_valid)
        self.net, self.X, self.Y, self.patience = net, X_valid, Y_valid, patience
        self.theta, self.epoch, self.losses = None, 0, []

    def __call__(self, epoch: int, theta: Array) -> float:
        """Look at the validation loss; raises StopTraining when patience is over."""
        J = float(mean_loss(self.net, theta, self.X, self.Y))
        if epoch == 0:
            self.theta, self.epoch, self.losses = theta, 0, []
        self.losses.append(J)
        if self.losses[self.epoch] > J:
            self.theta, self.epoch = theta, epoch
        elif epoch - self.epoch >= self.patience:
            raise StopTraining(
                f"patience {self.patience}: no better validation loss since epoch {self.epoch}"
            )
        return J
