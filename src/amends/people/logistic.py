"""Logistic regression on sparse features by Newton's method, with a Gaussian prior on the coefficients.

Sums run in a fixed order and the equations are solved here, so that the result has the same bytes on every machine
and any number of threads.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from amends.people.features import BLOCKS, COLUMNS, SIZES, Features

_HALVINGS = 12
_STILL = 0.02
_SURE = 2e-4
"""Rows that are surer than this bend nothing that counts: they are left out of the curvature, not of the gradient."""


def scores(features: Features, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds (natural) of every row."""
    return _scores(features.columns, features.numbers, coefficients, COLUMNS)


def newton(
    features: Features,
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
    start: NDArray[np.float64],
    prior: NDArray[np.float64],
    *,
    strength: float,
    steps: int,
) -> NDArray[np.float64]:
    """Coefficients that fit `target` (probabilities), starting at `start`, drawn to `prior` with `strength`.

    A step that does not better the fit is halved: from a start that is sure of wrong labels Newton's steps overshoot.
    """

    def fit_of(trial: NDArray[np.float64]) -> float:
        found = _likelihood(features.columns, features.numbers, target, weight, trial, COLUMNS)
        return float(found - strength / 2 * ((trial - prior) ** 2).sum())

    coefficients = start.copy()
    best = fit_of(coefficients)
    order, ends = _patterns(features.columns)
    for _ in range(steps):
        gradient, curvature = _sums(
            features.columns, features.numbers, target, weight, coefficients, COLUMNS, order, ends
        )
        gradient -= strength * (coefficients - prior)
        curvature[np.arange(len(prior)), np.arange(len(prior))] += strength
        step = _solve(curvature, gradient)
        for _ in range(_HALVINGS):
            trial = fit_of(coefficients + step)
            if trial >= best:
                break
            step /= 2
        else:
            break
        best = trial
        coefficients = coefficients + step
        if np.abs(step).max() < _STILL:
            break
    return coefficients


@njit(cache=True, nogil=True)
def _scores(columns, numbers, coefficients, first):  # type: ignore[no-untyped-def]
    out = np.zeros(len(columns))
    for i in range(len(columns)):
        total = 0.0
        for j in range(columns.shape[1]):
            total += coefficients[columns[i, j]]
        for j in range(numbers.shape[1]):
            total += coefficients[first + j] * numbers[i, j]
        out[i] = total
    return out


@njit(cache=True, nogil=True)
def _likelihood(columns, numbers, target, weight, coefficients, first):  # type: ignore[no-untyped-def]
    """Log-likelihood of the target probabilities."""
    odds = _scores(columns, numbers, coefficients, first)
    total = 0.0
    for i in range(len(odds)):
        z = odds[i]
        total += weight[i] * (target[i] * z - max(z, 0.0) - np.log1p(np.exp(-abs(z))))
    return total


def _patterns(columns: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows in an order that puts those with equal columns together, and where each pattern of columns ends.

    The columns of single fields say those of their combinations.
    """
    code = np.zeros(len(columns), np.int64)
    for number, block in enumerate(BLOCKS):
        if len(block) == 1:
            code = code * SIZES[block[0]] + (columns[:, number] - columns[:, number].min(initial=COLUMNS))
    order = np.argsort(code, kind="stable")
    return order, np.append(np.flatnonzero(np.diff(code[order])) + 1, len(order))


@njit(cache=True, nogil=True)
def _sums(columns, numbers, target, weight, coefficients, first, order, ends):  # type: ignore[no-untyped-def]
    """Gradient of the log-likelihood and the negative of its curvature. Rows of one pattern of columns differ in their
    numbers alone, so what they have in common is added once."""
    size, width = len(coefficients), numbers.shape[1]
    gradient, curvature = np.zeros(size), np.zeros((size, size))
    at, value = np.empty(width, np.int64), np.empty(width)
    shared, start = np.empty(width), 0
    for end in ends:
        if start == end:
            continue
        own = columns[order[start]]
        base, errors, spreads = 0.0, 0.0, 0.0
        shared[:] = 0
        for column in own:
            base += coefficients[column]
        for place in range(start, end):
            i = order[place]
            count, total = 0, base
            for j in range(width):
                if numbers[i, j] != 0:
                    at[count], value[count] = j, numbers[i, j]
                    total += coefficients[first + j] * numbers[i, j]
                    count += 1
            p = 1 / (1 + np.exp(-min(35.0, max(-35.0, total))))
            error, spread = weight[i] * (target[i] - p), weight[i] * p * (1 - p) + 1e-9
            errors += error
            for j in range(count):
                gradient[first + at[j]] += error * value[j]
            if spread > _SURE:
                spreads += spread
                for j in range(count):
                    part = spread * value[j]
                    shared[at[j]] += part
                    for k in range(j + 1):
                        curvature[first + at[j], first + at[k]] += part * value[k]
        for j in range(len(own)):
            gradient[own[j]] += errors
            for k in range(j + 1):
                curvature[own[j], own[k]] += spreads
            for k in range(width):
                curvature[first + k, own[j]] += shared[k]
        start = end
    for j in range(size):
        for k in range(j):
            curvature[k, j] = curvature[j, k]
    return gradient, curvature


@njit(cache=True, nogil=True)
def _solve(matrix, right):  # type: ignore[no-untyped-def]
    """Solve a symmetric positive definite system by Cholesky's method; overwrites `matrix`."""
    n = len(right)
    out = right.copy()
    for k in range(n):
        root = np.sqrt(matrix[k, k])
        for j in range(k, n):
            matrix[k, j] /= root
        for i in range(k + 1, n):
            factor = matrix[k, i]
            if factor != 0:
                for j in range(i, n):
                    matrix[i, j] -= factor * matrix[k, j]
        out[k] /= matrix[k, k]
        for i in range(k + 1, n):
            out[i] -= matrix[k, i] * out[k]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            out[i] -= matrix[i, k] * out[k]
        out[i] /= matrix[i, i]
    return out
