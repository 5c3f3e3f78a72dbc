"""Golden values for the crate `metrics`, from scikit-learn, SciPy and NumPy.

Made with Python 3.11, scikit-learn 1.9.1, SciPy 1.17.1, NumPy 2.4.6:

    pip install scikit-learn==1.9.1 scipy==1.17.1 numpy==2.4.6
    python3 scripts/reference/metrics_golden.py > crates/metrics/tests/golden/metrics.json

Read by crates/metrics/tests/golden.rs. Where each number comes from:

- auc, curve: roc_auc_score and roc_curve(drop_intermediate=False) of scikit-learn;
- background efficiency at a signal efficiency: np.interp on that curve;
- rejection 1/eps_B: its error is that of a binomial fraction (scipy.stats.binom), its lower limit where
  eps_B = 0 is the one-sided 95 % Clopper-Pearson bound (scipy.stats.beta);
- significance improvement: eps_S / sqrt(eps_B), and its maximum over the points of the curve;
- standard error of the AUC: DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837, over all pairs;
- mean, standard deviation, quantiles: NumPy.
"""

import json

import numpy as np
import scipy
import scipy.stats
import sklearn
from sklearn.metrics import roc_auc_score, roc_curve

SIGNAL_EFFICIENCIES = [0.0, 0.01, 0.1, 0.2, 0.3, 0.5, 0.77, 0.9, 0.999, 1.0]
LEVELS = [0.0, 0.025, 0.16, 0.25, 0.5, 0.84, 0.975, 1.0]
MINIMUM_BACKGROUND = 5
BEST_RANGE = [0.1, 0.9]


def samples():
    """Name, signal scores, background scores of each case; rounded, so that the file stays small."""
    draw = np.random.default_rng(20240611)
    normal = lambda shift, n, digits: np.round(draw.normal(shift, 1.0, n), digits)
    yield "normal, nearly no ties", normal(1.0, 120, 6), normal(0.0, 200, 6)
    yield "rounded to tenths, many ties", normal(0.7, 150, 1), normal(0.0, 100, 1)
    yield "rounded to integers, nearly all tied", normal(0.5, 60, 0), normal(0.0, 90, 0)
    yield "worse than random", normal(-0.8, 80, 6), normal(0.0, 100, 6)
    yield "long tails", np.round(draw.standard_cauchy(70) + 2, 6), np.round(draw.standard_cauchy(70), 6)
    yield "losses of very different size", np.exp(normal(2.0, 50, 3) * 20), np.exp(normal(0.0, 50, 3) * 20)
    yield "perfect", np.array([3.0, 4.0, 5.0]), np.array([0.0, 1.0, 2.0, 2.5])
    yield "reversed", np.array([0.0, 1.0, 2.0, 2.5]), np.array([3.0, 4.0, 5.0])
    yield "constant", np.full(4, 7.5), np.full(6, 7.5)
    yield "one of each, tied zeros", np.array([-0.0]), np.array([0.0])
    yield "zeros of both signs", np.array([-0.0, 0.0, 1.0, -1.0]), np.array([0.0, -0.0, -1.0, 1.0, -0.0])


def finite(value):
    """JSON has no infinity."""
    return float(value) if np.isfinite(value) else None


def background_efficiency_at(signal_efficiency, tpr, fpr):
    """Linear between the points; of several points at one tpr, the one of smallest fpr.

    np.interp takes the last of several points, so the curve is given from its upper end.
    """
    return float(np.interp(-signal_efficiency, -tpr[::-1], fpr[::-1]))


def at_efficiency(signal_efficiency, tpr, fpr, n_background):
    eps_b = background_efficiency_at(signal_efficiency, tpr, fpr)
    point = {"signal_efficiency": signal_efficiency, "background_efficiency": eps_b}
    if eps_b == 0.0:
        largest = scipy.stats.beta.ppf(0.95, 1, n_background)
        return point | {"lower_limit": float(1.0 / largest)}
    # The standard deviation of a count, as a fraction of the sample.
    spread = scipy.stats.binom.std(n_background, eps_b) / n_background
    return point | {
        "rejection": 1.0 / eps_b,
        "rejection_error": float(spread / eps_b**2),
        "significance_improvement": float(signal_efficiency / np.sqrt(eps_b)),
    }


def best(tpr, fpr, thresholds, n_background):
    """The largest significance improvement, or None where no point qualifies."""
    keep = np.rint(fpr * n_background) >= MINIMUM_BACKGROUND
    keep &= (tpr >= BEST_RANGE[0]) & (tpr <= BEST_RANGE[1])
    if not keep.any():
        return None
    improvement = tpr[keep] / np.sqrt(fpr[keep])
    index = int(np.argmax(improvement))
    return {"value": float(improvement[index]), "threshold": float(thresholds[keep][index])}


def delong_standard_error(signal, background):
    difference = signal[:, None] - background[None, :]
    won = (np.sign(difference) + 1.0) / 2.0
    if min(won.shape) < 2:
        return None
    variance = won.mean(axis=1).var(ddof=1) / len(signal) + won.mean(axis=0).var(ddof=1) / len(background)
    return float(np.sqrt(variance))


def roc_case(name, signal, background):
    labels = np.concatenate([np.ones(len(signal)), np.zeros(len(background))])
    scores = np.concatenate([signal, background])
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    return {
        "name": name,
        "signal": signal.tolist(),
        "background": background.tolist(),
        "auc": float(roc_auc_score(labels, scores)),
        "thresholds": [finite(threshold) for threshold in thresholds],
        "signal_efficiency": tpr.tolist(),
        "background_efficiency": fpr.tolist(),
        "at": [at_efficiency(e, tpr, fpr, len(background)) for e in SIGNAL_EFFICIENCIES],
        "best": best(tpr, fpr, thresholds, len(background)),
        "delong_standard_error": delong_standard_error(signal, background),
    }


def summary_case(values):
    return {
        "values": values.tolist(),
        "mean": float(np.mean(values)),
        "standard_deviation": float(np.std(values, ddof=1)),
        "median": float(np.median(values)),
        "quantiles": [[level, float(np.quantile(values, level))] for level in LEVELS],
    }


def main():
    draw = np.random.default_rng(7)
    summaries = [np.round(draw.normal(0.9, 0.02, n), 6) for n in (2, 5, 16, 31)]
    parts = {
        "made_by": "scripts/reference/metrics_golden.py",
        "versions": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
        "minimum_background": MINIMUM_BACKGROUND,
        "best_range": BEST_RANGE,
        "roc": [roc_case(*case) for case in samples()],
        "summary": [summary_case(values) for values in summaries],
    }
    # One line a case: small, and a change shows where it is.
    lines = []
    for key, part in parts.items():
        if isinstance(part, list) and isinstance(part[0], dict):
            cases = ",\n".join("  " + json.dumps(case, allow_nan=False) for case in part)
            lines.append(f'"{key}": [\n{cases}\n]')
        else:
            lines.append(f'"{key}": {json.dumps(part)}')
    print("{\n" + ",\n".join(lines) + "\n}")


if __name__ == "__main__":
    main()
