"""Exercises of notebook 12: stacked pretraining. Answers are in torch."""

from __future__ import annotations

from course_utils.check import Exercise
from course_utils.deep import layerwise
from course_utils.exercises import probe
from course_utils.exercises.ex12 import cases, wrong_autoencoders, wrong_stacks

mask_subset = Exercise(
    solution=layerwise.mask_subset,
    cases=cases.noises,
    run=probe.tensors,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "How would you know of each entry how many entries of its row have a smaller noise?",
        "noise.argsort(dim=1) lists the places in order; the argsort of that list is each entry's "
        "rank. An entry stays where its rank is round(fraction * x.shape[1]) or more.",
        "rank = noise.argsort(dim=1).argsort(dim=1); return x * (rank >= gone).",
    ),
    mistakes=wrong_autoencoders.MASK_SUBSET,
)

autoencoder_loss = Exercise(
    solution=layerwise.autoencoder_loss,
    cases=cases.autoencoders,
    run=probe.tensors,
    points=3,
    minutes=15,
    difficulty=2,
    hints=(
        "Which of the two, x or what is seen of it, goes into the encoder, and which must come "
        "out?",
        "h = sigmoid(seen W + b), u = h V + c. With r = sigmoid(u) the loss of a pixel is "
        "log(1 + exp(u)) - x u, and torch.nn.functional.softplus is the first term.",
        "return (torch.nn.functional.softplus(u) - x * u).sum() / len(x).",
    ),
    mistakes=wrong_autoencoders.AUTOENCODER_LOSS,
)

greedy_step = Exercise(
    solution=layerwise.greedy_step,
    cases=cases.steps,
    run=probe.tensors,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "The new autoencoder sits on top of the stack. What are its examples?",
        "The codes of the last layer: pass X through every (W, b), h = sigmoid(h W + b), then "
        "learn(h).",
        "return [*layers, learn(h)].",
    ),
    mistakes=wrong_stacks.GREEDY_STEP,
)

unroll = Exercise(
    solution=layerwise.unroll,
    cases=cases.stacks,
    run=probe.tensors,
    points=1,
    minutes=8,
    difficulty=1,
    hints=(
        "On the way up the lowest encoder comes first. Which decoder comes first on the way down?",
        "That of the autoencoder that was trained last: reversed(autoencoders).",
        "return [(W, b) for W, b, _, _ in autoencoders] + [(V, c) for _, _, V, c in "
        "reversed(autoencoders)].",
    ),
    mistakes=wrong_stacks.UNROLL,
)

unit_pictures = Exercise(
    solution=layerwise.unit_pictures,
    cases=cases.chains,
    run=probe.tensors,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "If the columns of P are pictures of one layer's units, what are the columns of P @ W?",
        "Begin with P = the lowest W and multiply by the W of each further layer. Then give each "
        "column the length 1: P.norm(dim=0).",
        "return P / P.norm(dim=0).",
    ),
    mistakes=wrong_stacks.UNIT_PICTURES,
)

frozen_step = Exercise(
    solution=layerwise.frozen_step,
    cases=cases.gradients,
    run=probe.tensors,
    points=2,
    minutes=12,
    difficulty=2,
    hints=(
        "Which layers lie below the one that is being trained, and what happens to them?",
        "Layers 0 … k - 1 stay. All others, from k to the last of the decoder, take a step: "
        "W - lr dW, b - lr db.",
        "[(W, b) if j < k else (W - lr * dW, b - lr * db) for j, ((W, b), (dW, db)) in "
        "enumerate(zip(layers, gradients))].",
    ),
    mistakes=wrong_stacks.FROZEN_STEP,
)
