"""The part in PyTorch: autoencoders, greedy pretraining, many networks at once, and the device.

Modules are imported by name, `from course_utils.deep import autoencoder`; nothing is imported here,
so that what needs no torch does not wait two seconds for it. Randomness is an argument, a
`torch.Generator`, as a `numpy.random.Generator` is in `nn`.
"""
