"""Greedy layer-wise pretraining, for one network or S at once (one is a stack of one).

    stack = pretrain((784, 500, 500), X, seeds=seeds, rule=Adam(), epochs=10, batch_size=100)
    net, theta = stack.classifier(10)       # decoders dropped, an output layer added
    run = train(net, theta, X, y, …)        # fine-tuning
    net, theta = stack.unrolled()           # the deep autoencoders; one of them as a module:
    model = stack.autoencoder(s)

Layer k is the encoder of an autoencoder whose input is h[k], the code of the layers below, which
stay as they are. It comes in two forms:

    "codes"  n_k → n_k+1 → n_k            reconstructs h[k] (Bengio et al. 2007)
    "whole"  n_k → n_k+1 → n_k → … → n_0  reconstructs x through the whole decoder, which goes on
                                          learning (lecture 5, its pages on pretraining)

Corruption falls on the input of the layer at work, h[k]; what is to come out is clean.

recipe   Recipe, how each layer is pretrained
stack    Stack, what is left and what is made of it; encode
greedy   Greedy, epoch by epoch; pretrain
"""

from course_utils.deep.stacked.greedy import Greedy, pretrain
from course_utils.deep.stacked.recipe import Recipe
from course_utils.deep.stacked.stack import Stack, Weights, encode

__all__ = ["Greedy", "Recipe", "Stack", "Weights", "encode", "pretrain"]
