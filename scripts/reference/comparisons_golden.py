"""Golden values for the crate `metrics` where it compares histograms, scores and taggers; from SciPy and NumPy.

Made with Python 3.11, SciPy 1.17.1, NumPy 2.4.6:

    pip install scipy==1.17.1 numpy==2.4.6
    python3 scripts/reference/comparisons_golden.py > crates/metrics/tests/golden/comparisons.json

Read by crates/metrics/tests/golden.rs. Where each number comes from:

- divergence: scipy.spatial.distance.jensenshannon(base=2), squared;
- correlation: scipy.stats.pearsonr;
- ranks: scipy.stats.rankdata, of the values and of their negatives;
- two AUCs, their errors and covariance: the 2 by 2 covariance matrix of DeLong, DeLong and Clarke-Pearson,
  Biometrics 44 (1988) 837, from all pairs, with numpy.cov;
- sculpting: numpy.argsort(kind="stable") and numpy.histogram; what chance gives is no sample but the exact mean,
  each bin's count being hypergeometric (scipy.stats.hypergeom).
"""

import json

import numpy as np
import scipy
import scipy.spatial.distance
import scipy.stats


def divergence(a, b):
    return float(scipy.spatial.distance.jensenshannon(a, b, base=2) ** 2)


def divergence_cases(draw):
    falling = draw.exponential(1.0, 2000)
    peak = draw.normal(1.5, 0.3, 150)
    edges = np.linspace(0, 5, 21)
    yield np.histogram(falling, edges)[0], np.histogram(peak, edges)[0]
    yield np.histogram(falling[:1000], edges)[0], np.histogram(falling[1000:], edges)[0]
    yield np.round(draw.uniform(0, 10, 7), 3), np.round(draw.uniform(0, 0.1, 7), 5)
    yield np.array([0, 0, 3, 5]), np.array([2, 0, 0, 1])
    yield np.array([1e-9, 1.0]), np.array([1.0, 1e-9])


def correlation_cases(draw):
    for n, slope in [(3, 1.0), (40, 0.5), (40, -3.0), (200, 0.0)]:
        x = np.round(draw.normal(100.0, 1.0, n), 4)
        yield x, np.round(slope * x + draw.normal(0.0, 1.0, n), 4)


def rank_cases(draw):
    yield np.round(draw.normal(0.8, 0.05, 30), 2)
    yield np.round(draw.normal(0.8, 0.05, 30), 6)
    yield np.full(4, 0.5)


def tagger_cases(draw):
    """Signal and background by two scores that have part of their noise in common; rounded to `digits`."""
    settings = [(60, 90, 0.9, 6), (90, 60, 0.5, 1), (40, 40, -0.7, 0), (2, 3, 0.5, 2)]
    for n_signal, n_background, common, digits in settings:
        noise = [[1.0, common], [common, 1.0]]
        signal = draw.multivariate_normal([1.0, 0.6], noise, n_signal)
        background = draw.multivariate_normal([0.0, 0.0], noise, n_background)
        yield np.round(signal, digits), np.round(background, digits)


def delong(signal, background):
    """AUCs of the columns and their covariance matrix, from all pairs."""
    won = (np.sign(signal[:, None, :] - background[None, :, :]) + 1.0) / 2.0
    of_signal = np.cov(won.mean(axis=1), rowvar=False)
    of_background = np.cov(won.mean(axis=0), rowvar=False)
    return won.mean(axis=(0, 1)), of_signal / len(signal) + of_background / len(background)


def tagger_case(signal, background):
    auc, covariance = delong(signal, background)
    contrast = np.array([1.0, -1.0])
    return {
        "signal": signal.T.tolist(),
        "background": background.T.tolist(),
        "auc": auc.tolist(),
        "error": np.sqrt(np.diag(covariance)).tolist(),
        "covariance": float(covariance[0, 1]),
        "difference": float(auc @ contrast),
        "difference_error": float(np.sqrt(contrast @ covariance @ contrast)),
    }


def sculpting_cases(draw):
    """Masses, scores, background efficiency; the scores follow the mass more or less, the last have ties."""
    edges = np.linspace(0, 300, 11)
    for follow, efficiency, digits in [(0.0, 0.3, 4), (0.5, 0.1, 4), (3.0, 0.25, 4), (1.0, 0.2, 0)]:
        masses = np.round(draw.gamma(2.0, 50.0, 250), 2)
        scores = np.round(follow * masses / 50.0 + draw.normal(0.0, 1.0, 250), digits)
        yield masses, scores, efficiency, edges


def by_chance(before, size):
    """The exact mean divergence of `size` jets chosen from `before` without replacement.

    The divergence is a sum over bins, and each bin's count is hypergeometric.
    """
    total = before.sum()
    mean = 0.0
    for count in before[before > 0]:
        chosen = np.arange(0, min(count, size) + 1)
        p, q = count / total, chosen / size
        average = (p + q) / 2
        with np.errstate(divide="ignore", invalid="ignore"):
            of_q = np.where(q > 0, q * np.log2(q / average), 0.0)
        bits = (p * np.log2(p / average) + of_q) / 2
        mean += float(scipy.stats.hypergeom.pmf(chosen, total, count, size) @ bits)
    return mean


def sculpting_case(masses, scores, efficiency, edges):
    kept = np.argsort(-scores, kind="stable")[: int(np.floor(efficiency * len(scores) + 0.5))]
    before, after = (np.histogram(some, edges)[0] for some in (masses, masses[kept]))
    return {
        "masses": masses.tolist(),
        "scores": scores.tolist(),
        "efficiency": efficiency,
        "edges": edges.tolist(),
        "threshold": float(scores[kept].min()),
        "passing": len(kept),
        "before": before.tolist(),
        "after": after.tolist(),
        "outside": int(len(masses) - before.sum()),
        "divergence": divergence(before, after),
        "by_chance": by_chance(before, after.sum()),
    }


def main():
    draw = np.random.default_rng(20220917)
    parts = {
        "made_by": "scripts/reference/comparisons_golden.py",
        "versions": {"scipy": scipy.__version__, "numpy": np.__version__},
        "divergence": [
            {"a": a.tolist(), "b": b.tolist(), "value": divergence(a, b)} for a, b in divergence_cases(draw)
        ],
        "correlation": [
            {"x": x.tolist(), "y": y.tolist(), "value": float(scipy.stats.pearsonr(x, y)[0])}
            for x, y in correlation_cases(draw)
        ],
        "ranks": [
            {
                "values": values.tolist(),
                "smallest_first": scipy.stats.rankdata(values).tolist(),
                "largest_first": scipy.stats.rankdata(-values).tolist(),
            }
            for values in rank_cases(draw)
        ],
        "taggers": [tagger_case(*case) for case in tagger_cases(draw)],
        "sculpting": [sculpting_case(*case) for case in sculpting_cases(draw)],
    }
    # One line a case: small, and a change shows where it is.
    lines = []
    for key, part in parts.items():
        if isinstance(part, list):
            cases = ",\n".join("  " + json.dumps(case, allow_nan=False) for case in part)
            lines.append(f'"{key}": [\n{cases}\n]')
        else:
            lines.append(f'"{key}": {json.dumps(part)}')
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
