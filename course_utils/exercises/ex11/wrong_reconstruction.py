"""Wrong answers to exercises of notebook 11 and what to say of them: reconstruction, in PyTorch.

Each has the signature of the right answer, and each table lists message -> wrong answer; the first
that equals an attempt in every case is shown.
"""

from __future__ import annotations

from course_utils.deep.reconstruction import denoising_error, reconstruction_error

# ---------------------------------------------------------------- reconstruction_error


def error_as_mse_loss(r, x):
    """torch.nn.MSELoss: the mean over images and pixels."""
    return ((r - x) ** 2).mean()


def error_with_half(r, x):
    """The J of `nn`, with its ½."""
    return ((r - x) ** 2).sum(dim=1).mean() / 2


def error_summed(r, x):
    """A sum over the images too."""
    return ((r - x) ** 2).sum()


def error_of_each(r, x):
    """One number for each image."""
    return ((r - x) ** 2).sum(dim=1)


def error_rooted(r, x):
    """The distance, not its square."""
    return ((r - x) ** 2).sum(dim=1).sqrt().mean()


RECONSTRUCTION_ERROR = {
    "This is torch.nn.MSELoss, a mean over the pixels too. J is their sum, so that it says how far "
    "an image is from its reconstruction.": error_as_mse_loss,
    "This is the lectures' J with its ½; the error of an image is asked for, without it.": (
        error_with_half
    ),
    "You summed over the images; J is their mean.": error_summed,
    "These are the errors of the images one by one; J is their mean, one number.": error_of_each,
    "This is the mean distance; J is the mean of its square.": error_rooted,
}


# ---------------------------------------------------------------- training_step


def step_without_zeros(model, optimizer, x):
    """The gradients add up."""
    J = reconstruction_error(model(x), x)
    J.backward()
    optimizer.step()
    return J.item()


def step_zeros_too_late(model, optimizer, x):
    """The gradients are cleared before they are used."""
    J = reconstruction_error(model(x), x)
    J.backward()
    optimizer.zero_grad()
    optimizer.step()
    return J.item()


def step_by_old_gradient(model, optimizer, x):
    """The step comes first."""
    optimizer.step()
    optimizer.zero_grad()
    J = reconstruction_error(model(x), x)
    J.backward()
    return J.item()


def step_reports_after(model, optimizer, x):
    """The error after the step."""
    optimizer.zero_grad()
    reconstruction_error(model(x), x).backward()
    optimizer.step()
    return reconstruction_error(model(x), x).item()


def step_of_mse_loss(model, optimizer, x):
    """A mean over the pixels: the step is n times too short."""
    J = ((model(x) - x) ** 2).mean()
    optimizer.zero_grad()
    J.backward()
    optimizer.step()
    return J.item()


TRAINING_STEP = {
    "The gradients were not cleared, and `backward` adds to what is there: optimizer.zero_grad() "
    "before it.": step_without_zeros,
    "The gradients are cleared after `backward`, so the optimizer finds none and nothing is "
    "learned.": step_zeros_too_late,
    "The step comes before `backward`, so it goes by the gradient of the batch before.": (
        step_by_old_gradient
    ),
    "The parameters are right, but this is the error after the step; the one before was there "
    "already.": step_reports_after,
    "This J is a mean over the pixels, and so are its gradients: call reconstruction_error.": (
        step_of_mse_loss
    ),
}


# ---------------------------------------------------------------- denoising_error


def denoising_to_noisy(encode, decode, x, noise):
    """A plain autoencoder of noisy images."""
    return reconstruction_error(decode(encode(x + noise)), x + noise)


def denoising_target_only(encode, decode, x, noise):
    """Clean images in, noisy ones asked for."""
    return reconstruction_error(decode(encode(x)), x + noise)


def denoising_after(encode, decode, x, noise):
    """The noise on the reconstruction."""
    return reconstruction_error(decode(encode(x)) + noise, x)


def denoising_not_at_all(encode, decode, x, noise):
    """No noise anywhere."""
    return reconstruction_error(decode(encode(x)), x)


def denoising_other_sign(encode, decode, x, noise):
    """The noise taken away."""
    return denoising_error(encode, decode, x, -noise)


DENOISING_ERROR = {
    "The noisy image is asked for, so the network learns to copy the noise: compare with the clean "
    "x.": denoising_to_noisy,
    "The network sees the clean image and is asked for the noisy one; it shall be the other way "
    "round.": denoising_target_only,
    "The noise came after the network. It belongs to what the network sees: encode(x + noise).": (
        denoising_after
    ),
    "There is no noise in it: this is the plain autoencoder's error.": denoising_not_at_all,
    "The noise was subtracted; add it.": denoising_other_sign,
}
