"""Squared error per image on MNIST: PCA, a deep autoencoder from scratch, and what was published.

    course data mnist
    python benchmarks/autoencoder.py [--epochs 40] [--device cpu] [--seed 0]

784-1000-500-250-30 and back, on all 60,000 training images, as in Hinton & Salakhutdinov (Science
313:504, 2006): squared error summed over the 784 pixels, mean over the images. Nothing is
pretrained. The table grows as the epochs go by; it takes minutes to an hour on a processor.
"""

import argparse
from functools import partial
from time import perf_counter, process_time

import numpy as np
import torch

from course_utils import datasets
from course_utils.deep import device
from course_utils.deep.autoencoder import Autoencoder, error, fit

SIZES = (784, 1000, 500, 250, 30)
BATCH, RATE = 256, 1e-2
PUBLISHED = (
    ("PCA, 30 components", "Hinton & Salakhutdinov 2006", 13.87),
    ("logistic PCA, 30 components", "Hinton & Salakhutdinov 2006", 8.01),
    ("deep autoencoder, pretrained", "Hinton & Salakhutdinov 2006", 3.00),
)


def images():
    """All training images and the test images, float32."""
    data = datasets.load("mnist", dtype=np.float32)
    return np.concatenate([data.X_train, data.X_valid]), data.X_test


def pca(X, test, n_components):
    """Squared error per image of train and test, from the components of the training images."""
    mean = X.mean(axis=0, dtype=np.float64).astype(X.dtype)
    V = np.linalg.eigh((X - mean).T @ (X - mean))[1][:, 784 - n_components :]
    return [float((((A - mean) - (A - mean) @ V @ V.T) ** 2).sum(axis=1).mean()) for A in (X, test)]


def deep(X, test, *, epochs, where, seed):
    """Train on cross-entropy, as the paper does, and print the squared errors as they fall."""
    generator = torch.Generator().manual_seed(seed)
    model = Autoencoder(
        SIZES, generator=generator, hidden="relu", code="linear", batch_norm=True
    ).to(where)
    steps = epochs * -(-len(X) // BATCH)
    start, cpu = perf_counter(), process_time()

    def report(epoch, model):
        if epoch in (1, 2, 5) or epoch % 10 == 0 or epoch == epochs:
            lost = error(model, X), error(model, test)
            spent = f"{perf_counter() - start:.0f} | {process_time() - cpu:.0f}"
            print(f"| {epoch} | {lost[0]:.2f} | {lost[1]:.2f} | {spent} |", flush=True)

    print("\n| epoch | train | test | seconds | of the processor |\n|---|---|---|---|---|")
    fit(
        model, X, kind="cross-entropy", epochs=epochs, batch_size=BATCH, generator=generator,
        on_epoch=report,
        optimizer=partial(torch.optim.Adam, lr=RATE, fused=True),
        schedule=partial(torch.optim.lr_scheduler.OneCycleLR, max_lr=RATE, total_steps=steps),
    )  # fmt: skip


def main():
    """Print PCA's errors, the published ones, and the training's as it goes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--device", help="cuda, mps or cpu; by default the first that is there")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chosen = device.choose(options.device)
    X, test = images()
    print("| | source | train | test |\n|---|---|---|---|")
    for name, source, lost in PUBLISHED:
        print(f"| {name} | {source} | | {lost:.2f} |")
    for name, n_components in (("the mean image", 0), ("PCA, 30 components", 30)):
        lost = pca(X, test, n_components)
        print(f"| {name} | here | {lost[0]:.3f} | {lost[1]:.3f} |")
    print(f"\n{chosen}")
    deep(*map(torch.from_numpy, (X, test)), epochs=options.epochs, where=chosen.device,
         seed=options.seed)  # fmt: skip


if __name__ == "__main__":
    main()
