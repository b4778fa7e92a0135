"""Squared error per image on MNIST: PCA, a deep autoencoder from scratch, and what was published.

    course data mnist
    python benchmarks/autoencoder.py [--epochs 40] [--device cpu] [--seed 0]
    python benchmarks/autoencoder.py recipes

784-1000-500-250-30 and back, on all 60,000 training images, as in Hinton & Salakhutdinov (Science
313:504, 2006): squared error summed over the 784 pixels, mean over the images. Nothing is
pretrained. The table grows as the epochs go by; 40 of them take ten minutes to an hour on a
processor. `recipes` trains each of a few for three epochs on the first 50,000 images and compares
them on the other 10,000: that is how the one above was chosen.
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
BATCH, SCOUTING = 256, 3  # examples, epochs
RECIPES = {  # loss, largest learning rate, options of Autoencoder
    "cross-entropy, 0.01": ("cross-entropy", 1e-2, {}),
    "cross-entropy, 0.003": ("cross-entropy", 3e-3, {}),
    "squared error, 0.01": ("squared", 1e-2, {}),
    "squared error, 0.003": ("squared", 3e-3, {}),
    "squared error, 0.001, no batch normalization": ("squared", 1e-3, {"batch_norm": False}),
    "squared error, 0.01, linear outputs": ("squared", 1e-2, {"output": "linear"}),
}
CHOSEN = "cross-entropy, 0.01"
PUBLISHED = (
    ("PCA, 30 components", "Hinton & Salakhutdinov 2006", 13.87),
    ("logistic PCA, 30 components", "Hinton & Salakhutdinov 2006", 8.01),
    ("deep autoencoder, pretrained", "Hinton & Salakhutdinov 2006", 3.00),
)


def pca(X, test, n_components):
    """Squared error per image of train and test, from the components of the training images."""
    mean = X.mean(axis=0, dtype=np.float64).astype(X.dtype)
    V = np.linalg.eigh((X - mean).T @ (X - mean))[1][:, 784 - n_components :]
    return [float((((A - mean) - (A - mean) @ V @ V.T) ** 2).sum(axis=1).mean()) for A in (X, test)]


def train(recipe, X, *, epochs, where, seed, on_epoch=None):
    """A model trained by a recipe: ReLU, Adam, and a learning rate that rises and falls once."""
    kind, rate, options = RECIPES[recipe]
    generator = torch.Generator().manual_seed(seed)
    options = {"hidden": "relu", "code": "linear", "batch_norm": True} | options
    model = Autoencoder(SIZES, generator=generator, **options).to(where)
    once = partial(
        torch.optim.lr_scheduler.OneCycleLR, max_lr=rate, total_steps=epochs * -(-len(X) // BATCH),
        pct_start=0.25,
    )  # fmt: skip
    fit(
        model, X, kind=kind, epochs=epochs, batch_size=BATCH, generator=generator,
        optimizer=partial(torch.optim.Adam, lr=rate, fused=True), schedule=once, on_epoch=on_epoch,
    )  # fmt: skip
    return model


def compare(X, test, options, where):
    """PCA's errors, the published ones, and those of the chosen recipe as they fall."""
    print("| | source | train | test |\n|---|---|---|---|")
    for name, source, lost in PUBLISHED:
        print(f"| {name} | {source} | | {lost:.2f} |")
    for name, n_components in (("the mean image", 0), ("PCA, 30 components", 30)):
        lost = pca(X, test, n_components)
        print(f"| {name} | here | {lost[0]:.3f} | {lost[1]:.3f} |")
    X, test = map(torch.from_numpy, (X, test))
    start, cpu = perf_counter(), process_time()

    def tell(epoch, model):
        if epoch in (1, 2, 5) or epoch % 10 == 0 or epoch == options.epochs:
            lost = f"{error(model, X):.2f} | {error(model, test):.2f}"
            spent = f"{perf_counter() - start:.0f} | {process_time() - cpu:.0f}"
            print(f"| {epoch} | {lost} | {spent} |", flush=True)

    print("\n| epoch | train | test | seconds | of the processor |\n|---|---|---|---|---|")
    train(CHOSEN, X, epochs=options.epochs, where=where, seed=options.seed, on_epoch=tell)


def scout(X, valid, options, where):
    """Each recipe's error on images that it was not trained on, after a short training."""
    print("| loss, largest learning rate | error of the other 10,000 |\n|---|---|")
    for recipe in RECIPES:
        model = train(recipe, X, epochs=SCOUTING, where=where, seed=options.seed)
        print(f"| {recipe} | {error(model, valid):.2f} |", flush=True)


def main():
    """Read the options, the images, and do what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=("errors", "recipes"), default="errors")
    parser.add_argument("--epochs", type=int, default=40)
    parser.add_argument("--device", help="cuda, mps or cpu; by default the first that is there")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    chosen = device.choose(options.device)
    print(f"{chosen}\n")
    data = datasets.load("mnist", dtype=np.float32)
    if options.what == "recipes":
        scout(*map(torch.from_numpy, (data.X_train, data.X_valid)), options, chosen.device)
    else:
        X = np.concatenate([data.X_train, data.X_valid])
        compare(X, data.X_test, options, chosen.device)


if __name__ == "__main__":
    main()
