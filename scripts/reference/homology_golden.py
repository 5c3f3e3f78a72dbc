"""Golden barcodes for `metrics::barcode`, from ripser.

    pip install ripser==0.6.15
    python3 scripts/reference/homology_golden.py > crates/metrics/tests/golden/homology.json

Read by crates/metrics/tests/homology.rs. Points and bars of a circle with noise, an arc, two linked circles and a torus.
"""

import json

import numpy as np
import ripser


def circle(draw, n, noise=0.0):
    angle = draw.uniform(0, 2 * np.pi, n)
    return np.stack([np.cos(angle), np.sin(angle)], 1) + noise * draw.normal(size=(n, 2))


def samples():
    """Name, points and highest dimension of each case."""
    draw = np.random.default_rng(20210407)
    yield "circle with noise", circle(draw, 60, 0.05), 1
    angle = draw.uniform(0, 5.0, 60)
    yield "arc", np.stack([np.cos(angle), np.sin(angle)], 1), 1
    first, second = circle(draw, 40), circle(draw, 40)
    zero = np.zeros((40, 1))
    linked = [np.hstack([first - [0.5, 0], zero]), np.hstack([second[:, :1] + 0.5, zero, second[:, 1:]])]
    yield "two linked circles", np.vstack(linked), 1
    theta, phi = draw.uniform(0, 2 * np.pi, (2, 90))
    ring = 1 + 0.5 * np.cos(theta)
    yield "torus", np.stack([ring * np.cos(phi), ring * np.sin(phi), 0.5 * np.sin(theta)], 1), 2


def bars(points, highest):
    """Dimension, birth and death (null if it never dies), the longest of each dimension first."""
    result = []
    for dimension, diagram in enumerate(ripser.ripser(points, maxdim=highest)["dgms"]):
        for birth, death in sorted(diagram.tolist(), key=lambda bar: (bar[0] - bar[1], bar[0])):
            result.append([dimension, birth, death if np.isfinite(death) else None])
    return result


def main():
    cases = []
    for name, points, highest in samples():
        points = np.round(points, 6)
        cases.append({"name": name, "highest": highest, "points": points.tolist(), "bars": bars(points, highest)})
    print(json.dumps({"made with": f"ripser {ripser.__version__}", "cases": cases}))


if __name__ == "__main__":
    main()
