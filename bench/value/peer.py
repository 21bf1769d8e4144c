# The fit of BG/NBD and Pareto/NBD as Python users write it: numpy likelihoods of every customer, minimised by scipy's Nelder-Mead
# over log parameters from one start. Reads lines "x t_x T" and writes "model seconds log_likelihood" lines.
import sys
import time

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

x, t_x, T = np.loadtxt(sys.argv[1], unpack=True)


def bg_nbd(log_parameters):
    r, alpha, a, b = np.exp(log_parameters)
    alive = -(r + x) * np.log(alpha + T)
    left = np.where(x > 0, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x), -np.inf)
    return np.sum(gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + np.logaddexp(alive, left))


def pareto_nbd(log_parameters):
    r, alpha, s, beta = np.exp(log_parameters)
    near, far, last = max(alpha, beta), abs(alpha - beta), (s + 1 if alpha >= beta else r + x)

    def part(t):
        return hyp2f1(r + s + x, last, r + s + x + 1, far / (near + t)) / (near + t) ** (r + s + x)

    with np.errstate(all="ignore"):
        a0 = part(t_x) - part(T)
        left = np.log(s) - np.log(r + s + x) + np.log(a0)
        alive = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + np.logaddexp(alive, left)
    return np.sum(value) if np.all(np.isfinite(value)) else -1e12


for name, likelihood in (("bg", bg_nbd), ("pareto", pareto_nbd)):
    start = time.perf_counter()
    fit = minimize(lambda at: -likelihood(at), np.array([0.0, 1.0, 0.0, 1.0]), method="Nelder-Mead",
                   options={"maxiter": 2000, "xatol": 1e-4, "fatol": 1e-4})
    print(name, time.perf_counter() - start, -fit.fun)
