"""Hints to the exercises of notebook 07, in steps: a question first, an answer last."""

GD = (
    "An optimizer is two functions. What has init to return when nothing has happened yet, and "
    "what two things does update return?",
    "init is `lambda theta: Count(0)`. update(g, state, theta, J=None) adds 1 to state.t and "
    "returns the step and Count(t); rate(lr, t) is lr where it is a number.",
    "t = state.t + 1; return -rate(lr, t) * g, Count(t). Then "
    "Optimizer(lambda theta: Count(0), update).",
)

MOMENTUM = (
    "The velocity keeps a share of itself and gains something. Which share, and what?",
    "v(t) = α v(t−1) − ε ∂E/∂w, and Δw = v(t). The state begins as "
    "Velocity(0, np.zeros_like(theta)).",
    "v = alpha * state.v - rate(lr, t) * g; return v, Velocity(t, v).",
)

MOMENTUM_OUTSIDE = (
    "If the velocity knows nothing of the rate, where must the rate and the minus come in?",
    "The velocity is v <- alpha v + g. The step is minus the rate times the new v.",
    "v = alpha * state.v + g; return -rate(lr, t) * v, Velocity(t, v).",
)

NESTEROV = (
    "Plain momentum steps by v. If you already know that the next step begins with alpha v, "
    "where would you rather have the gradient taken?",
    "First the new velocity, as in momentum. Then the step: alpha times the new v, "
    "and lr g once more.",
    "v = alpha * state.v - rate(lr, t) * g; return alpha * v - rate(lr, t) * g, Velocity(t, v).",
)

COSINE = (
    "Which share of the way down is done at t = 1, at t = 1 + steps, and after that?",
    "share = min((t - 1) / steps, 1). (1 + cos(π share)) / 2 falls from 1 to 0.",
    "Return a function of t: least + (lr - least) * (1 + math.cos(math.pi * share)) / 2.",
)

BOLD_DRIVER = (
    "J has risen: which place do you want to be at, and which gradient belongs to it?",
    "Good (state.J >= J): the rate times up, a step with this g. Else: the rate times down, "
    "J and g are those of the state, and the step begins with -state.step.",
    "Good: lr, back = state.lr * up, 0.0. Else: lr, J, g, back = state.lr * down, state.J, "
    "state.g, -state.step. Then step = -lr * g; return back + step, "
    "Driver(state.t + 1, lr, J, g, step). init: Driver(0, lr / up, math.inf, zeros, zeros).",
)

GAINS = (
    "What does the product of two numbers tell of their signs, and what should happen where "
    "it is 0, as at the first step?",
    "agree = g * state.g. np.where twice: agree > 0 adds up, agree < 0 multiplies by down, "
    "else the gain stays. Then np.clip.",
    "kept = np.where(agree < 0, state.gain * down, state.gain); gain = np.clip(np.where("
    "agree > 0, state.gain + up, kept), least, most); the step is -rate(lr, t) * gain * g.",
)

RPROP = (
    "If a weight's gradient has turned, what has its last step jumped over, and which step "
    "mends that?",
    "Sizes as the gains, but with factors up and down. Where agree < 0: the step is "
    "-state.step and the gradient that you keep is 0; elsewhere the step is "
    "-np.sign(g) * size.",
    "size = np.clip(…, least, most); step = np.where(agree < 0, -state.step, -np.sign(g) * "
    "size); g = np.where(agree < 0, 0, g); return step, StepSizes(state.t + 1, size, g, step).",
)

IRPROP_MINUS = (
    "What is np.sign of 0, and what does that save you here?",
    "Sizes as in rprop. Set g to 0 where it has turned, before the step is made.",
    "g = np.where(agree < 0, 0, g); step = -np.sign(g) * size.",
)

ADAGRAD = (
    "Each weight has a sum of its own. Is this gradient in it when the step is made?",
    "G = state.G + g**2, element by element; the divisor is √G + eps.",
    "return -rate(lr, t) * g / (np.sqrt(G) + eps), Squares(t, G).",
)

RMSPROP = (
    "How does a mean forget: with which weight does the old one stay, and the new one come in?",
    "v = rho v + (1 − rho) g². The rest is Adagrad's, with v for G.",
    "v = rho * state.v + (1 - rho) * g**2; return -rate(lr, t) * g / (np.sqrt(v) + eps), "
    "MeanSquare(t, v).",
)

ADADELTA = (
    "A step should have the units of a weight. g/√v has none; what does it have to be "
    "multiplied by?",
    "By the root of the mean of past squared steps: step = −√(d + eps)/√(v + eps) · g, with "
    "the d of before. Then d takes in the square of this step, without lr.",
    "step = -np.sqrt(state.d + eps) / np.sqrt(v + eps) * g; d = rho * state.d + (1 - rho) * "
    "step**2; return rate(lr, t) * step, Deltas(t, v, d).",
)

ADAM = (
    "Both means begin at 0. After the first step, which share of g is in m, and which of g² in v?",
    "1 − beta1^t and 1 − beta2^t are those shares: divide by them before the step, but keep "
    "m and v themselves in the state.",
    "m_hat = m / (1 - beta1**t); v_hat = v / (1 - beta2**t); return -rate(lr, t) * m_hat / "
    "(np.sqrt(v_hat) + eps), Moments(t, m, v).",
)

ADAMW = (
    "Which numbers must not see the decay if it is to be apart from the gradient?",
    "m and v are Adam's, from g alone. The decay stands beside Adam's direction, and lr "
    "multiplies both.",
    "return -rate(lr, t) * (m_hat / (np.sqrt(v_hat) + eps) + decay * theta), Moments(t, m, v).",
)

NEWTON_ROOT = (
    "Where does the line through (x, f(x)) with slope f'(x) cross zero?",
    "0 = f(x) + (x_new − x) f'(x). Go on while |f| is above tol and steps are left.",
    "points = [x]; while abs(f(points[-1])) > tol and len(points) <= steps: append "
    "x - f(x) / slope(x) with the last x.",
)

LINEAR_CG = (
    "How far along d is the minimum of ½ xᵀA x − bᵀx? (Set the derivative along d to 0.)",
    "a = r·z / d·A d. The residual follows: r − a A d. The next direction is z plus "
    "beta d with beta = new r·z / old r·z.",
    "r_new = r - a * (A @ d); z_new = precondition(r_new); d = z_new + (r_new @ z_new) / "
    "(r @ z) * d; then r, z = r_new, z_new. Stop by np.linalg.norm(r) and len(points).",
)

TWO_LOOP = (
    "H_new = (I − s yᵀ/s·y) H_old (I − y sᵀ/s·y) + s sᵀ/s·y. Multiply it with g from the "
    "right: which pair acts first?",
    "Newest to oldest: a_i = s·q / s·y, q − a_i y. Then γ q. Oldest to newest: "
    "r + (a_i − y·r / s·y) s.",
    "for i in reversed(range(len(S))): a[i] = (S[i] @ q) / (S[i] @ Y[i]); q = q - a[i] * Y[i]. "
    "Then r = (S[-1] @ Y[-1]) / (Y[-1] @ Y[-1]) * q if S else q, and for i in range(len(S)): "
    "r = r + (a[i] - (Y[i] @ r) / (S[i] @ Y[i])) * S[i].",
)
