"""Mutants of a solution that the check lets pass, each with the reason why it is the same function.

Exercise -> {label of the mutant: reason}. A mutant that survives and is not listed fails the tests,
and so does a listed one that is caught: usually the cases have a hole, not the check.
"""

SURVIVORS: dict[str, dict[str, str]] = {
    "ex01.train_perceptron": {
        "4: for x, label in zip(X, y, strict=False):": "there is a label for each row of X",
    },
    "ex01.xor_net": {
        "3: v = np.array([1.0, -2.0])": "another net that answers exclusive or: 1 - 2 < 0.5 too",
    },
    "ex01.parity_net": {
        "3: v = (-2.0) ** np.arange(bits)": (
            "another net that answers parity: the last power decides, odd sums are above 0"
        ),
    },
    "ex01.adaline_gradient": {
        "1: return X.T @ (X @ w - y) / len(X)": "there is a label for each row of X",
    },
    "ex01.pocket": {
        "3: for x, label in zip(X, y, strict=False):": "there is a label for each row of X",
    },
    "ex02.rectifier": {
        "1: slope = np.where(u > 0, np.ones_like(leak), leak)": "a single 1 does for all",
    },
    "ex02.polynomial_terms": {
        "1: return comb(d + p, d)": "to choose p of d + p is to leave d",
    },
    "ex02.squared_loss": {
        "1: return ((P - Y) ** 2).sum() / (2 * len(P))": "P has as many rows as Y",
    },
    "ex02.binary_loss": {
        "2: return -np.log(right).sum() / len(P)": "P has as many rows as Y",
        "2: return -np.log(right).sum() / len(right)": "right has as many rows as Y",
    },
    "ex03.fork": {
        "4: return np.sum(w * h * (1 - h) @ dE_dh)": "@ adds the branches; their sum is a number",
    },
    "ex03.regression_step": {
        "2: delta_out = (h @ U + c - Y) / len(h)": "h has as many rows as X",
        "2: delta_out = (h @ U + c - Y) / len(Y)": "Y has as many rows as X",
        "3: delta = delta_out * U.T * (1 - h ** 2)": "one output: column times row, either way",
    },
    "ex03.output_delta": {
        "1: return (output(u) - Y) / len(u)": "u has as many rows as Y",
    },
    "ex03.safe_cross_entropy": {
        "1: return np.sum(np.logaddexp(0, u) - Y * u) / len(u)": "u has as many rows as Y",
    },
    "ex03.backprop": {
        "5: for k in reversed(range(len(grads))):": "one entry per layer in both lists",
    },
    "ex03.finite_difference": {
        "2: for p in range(gradient.size):": "the gradient is an array like theta",
        "2: for p in range(net.size):": "theta has net.size entries",
        "3: e = np.zeros_like(gradient)": "the gradient is an array like theta",
    },
    "ex03.path_sum": {
        "4: for W, slope, (a, b) in zip(weights, slopes, pairwise(units), strict=False):": (
            "the three are equally long"
        ),
    },
    "ex03.train_epoch": {
        "1: for start in range(0, len(X), batch_size):": "order holds every row of X once",
        "1: for start in range(0, len(Y), batch_size):": "order holds every row of Y once",
    },
    "ex09.dropout_backprop": {
        "5: for k in reversed(range(len(grads))):": "one entry per layer in both lists",
        "5: for k in reversed(range(len(masks))):": "a mask for the inputs of each layer",
    },
    "ex09.dropout_penalty": {
        "1: return (1 - keep) / keep * np.sum(w ** 2 @ np.mean(X ** 2, axis=0)) / 2": (
            "@ adds the products; their sum is a number"
        ),
    },
    "ex03b.column_layer": {
        "1: m = dZ.shape[1]": "dZ has a column for each case, as A",
    },
    "ex03b.symmetry_net": {
        "1: half = 2.0 ** np.arange(bits / 2)": "the number of bits is even",
        "1: half = 3.0 ** np.arange(bits // 2)": (
            "another net that answers symmetry: sums of powers of 3 differ as well"
        ),
        "5: return (W, b, b, 0.5)": "another net that answers symmetry: 0.5 - 0.5 is no yes",
        "4: b, v = (np.array([-0.5, -0.5]), np.array([-2.0, -1.0]))": (
            "another net that answers symmetry: a firmer no"
        ),
        "4: b, v = (np.array([-0.5, -0.5]), np.array([-1.0, -2.0]))": (
            "another net that answers symmetry: a firmer no"
        ),
    },
    "ex06.online_pass": {
        "2: for t, (x, target) in enumerate(zip(X, y, strict=False), start=1):": (
            "there is a target for each row of X"
        ),
    },
    "ex06b.pca": {
        "2: variances, Q = np.linalg.eigh((X - mean).T @ (X - mean) / len(mean))": (
            "a factor on the covariance leaves its directions"
        ),
        "2: variances, Q = np.linalg.eigh((X - mean).T @ (X - mean) * len(X))": (
            "a factor on the covariance leaves its directions"
        ),
        "2: variances, Q = np.linalg.eigh((X - mean).T @ (X + mean) / len(X))": (
            "the columns of X - mean add up to 0, so their product with the mean is 0"
        ),
        "2: variances, Q = np.linalg.eigh((X + mean).T @ (X - mean) / len(X))": (
            "the columns of X - mean add up to 0, so their product with the mean is 0"
        ),
    },
    "ex06b.whiten": {
        "2: return Transform(mean, Q / ((X + mean) @ Q).std(axis=0))": "no shift changes a spread",
    },
    "ex07.linear_cg": {
        "4: a = r @ d / (d @ A @ d)": "r is orthogonal to the old direction in d: r·d = r·z",
        "4: a = r @ z / (d @ A @ z)": "d and the old direction are conjugate: d·A z = d·A d",
        "4: a = r @ z / (z @ A @ d)": "d and the old direction are conjugate: z·A d = d·A d",
        "8: d = z_new + r_new @ z_new / (r @ d) * d": "r·d = r·z",
        "9: r, z = (r_new, d)": "z is used in r·z alone, and r·d = r·z",
    },
    "ex07.two_loop": {
        "1: q, a = (g, np.zeros(len(Y)))": "S and Y come in pairs",
        "2: for i in reversed(range(len(Y))):": "S and Y come in pairs",
        "2: for i in reversed(range(len(a))):": "one number a for each pair",
        "5: r = S[-1] @ Y[-1] / (Y[-1] @ Y[-1]) * q if S else g": "without pairs q is g",
        "5: r = S[-1] @ Y[-1] / (Y[-1] @ Y[-1]) * q if Y else q": "S and Y come in pairs",
        "6: for i in range(len(Y)):": "S and Y come in pairs",
        "6: for i in range(len(a)):": "one number a for each pair",
    },
    "ex04.gauss_newton_product": {
        "4: a = np.zeros_like(x)": "x, the last state, is an array like v",
        "5: for k in reversed(range(len(dx))):": "there is a change dx for each state",
    },
    "ex05.parallel_estimate": {
        "2: return change @ V / (sigma * len(change))": "one change for each direction",
    },
    "ex05.antithetic_estimate": {
        "2: return rise @ V / (2 * sigma * len(rise))": "one rise for each direction",
    },
    "ex05.directional_derivative": {
        "2: rates = zip(net.layers(theta), net.layers(v), strict=False)": "layers of one network",
        "7: return (delta * du).sum(axis=(-2, 1))": "of two axes 1 is the last",
    },
    "ex10.kernel_gradient": {
        "3: gradient = np.empty((k, m, images.shape[3], delta.shape[3]), images.dtype)": (
            "images and delta are of one dtype"
        ),
    },
    "ex10.calibration_error": {
        "3: return np.sum(np.abs(excess)) / len(right)": "right has as many entries as said",
        "3: return np.sum(np.abs(excess)) / len(at)": "at has as many entries as said",
    },
    "ex10.metropolis_accept": {
        "1: accepted = np.log(uniform) <= U - U_new": "a uniform number hits the ratio never",
    },
    "ex08.batch_norm_backward": {
        "2: d_u = gamma / sd * (delta - (d_beta + x_hat * d_gamma) / len(x_hat))": (
            "x_hat has as many rows as delta"
        ),
    },
    "ex08.twin": {
        "1: return (W[:, order] / signs, b[order] * signs, U[order] * signs[:, None])": (
            "signs are 1 and -1: to divide by them is to multiply"
        ),
        "1: return (W[:, order] * signs, b[order] / signs, U[order] * signs[:, None])": (
            "signs are 1 and -1: to divide by them is to multiply"
        ),
        "1: return (W[:, order] * signs, b[order] * signs, U[order] / signs[:, None])": (
            "signs are 1 and -1: to divide by them is to multiply"
        ),
    },
    "ex12.mask_subset": {
        "1: gone = round(fraction * noise.shape[1])": "noise has the shape of x",
    },
    "ex12.autoencoder_loss": {
        f"3: return (torch.nn.functional.softplus(u) - x * u).sum() / len({rows})": (
            "all have a row for each example"
        )
        for rows in ("h", "seen", "u")
    },
    "ex12.frozen_step": {
        "1: return [(W, b) if j < k else (W - lr * dW, b - lr * db) for j, ((W, b), (dW, db)) in "
        "enumerate(zip(layers, gradients, strict=False))]": "there is a gradient for each layer",
    },
    "ex12b.paired_gain": {
        f"2: return (gain.mean(), gain.std(ddof=1) / np.sqrt({runs}.size))": "a pair for each seed"
        for runs in ("with_it", "without")
    },
    "ex11.training_step": {
        "2: model.zero_grad()": "the optimizer was made with all of the model's parameters",
    },
    "ex11.expected_position": {
        "2: _, height, width = p.shape": "p has the shape of maps",
    },
    "ex11.match_shift": {
        "1: shifts, (_, dots), agreement = (np.arange(-most, most + 1), right.shape, [])": (
            "left and right have one shape"
        ),
        "4: agreement.append((right[:, i] / left[:, i + d]).mean(axis=1))": (
            "dots are -1 or +1, so to divide is to multiply"
        ),
    },
}
