"""Training small dense autoencoders as a PyTorch user's script does: one seed after the other.

    python scripts/reference/dense_loop.py [--case dense] [--seeds 2] [--steps 4000] [--threads 2]

The counterpart of `throughput dense`, `sphere` and `three-body` of crates/models/examples/throughput.rs:
2-32-32-1-32-32-2, 3-64-64-2-64-64-3 and 12-128-128-5-128-128-12 with ELU on random unit vectors, mean squared error,
Adam at 1e-3, batches from a new permutation each epoch.
Prints the time as JSON; seeds per second are those of 4000 steps, whatever --steps says. Needs torch.
"""

import argparse
import json
import time
from collections import namedtuple

import torch
from torch import nn

STEPS = 4000

Case = namedtuple("Case", "features width latent points batch")
CASES = {
    "dense": Case(2, 32, 1, 4096, 128),
    "sphere": Case(3, 64, 2, 16384, 128),
    "three-body": Case(12, 128, 5, 16384, 256),
}


def unit_vectors(case):
    """Random points of the unit sphere, [n, features]; the time of a step does not depend on where they lie."""
    return nn.functional.normalize(torch.randn(case.points, case.features), dim=1)


def autoencoder(case):
    return nn.Sequential(
        nn.Linear(case.features, case.width), nn.ELU(),
        nn.Linear(case.width, case.width), nn.ELU(),
        nn.Linear(case.width, case.latent),
        nn.Linear(case.latent, case.width), nn.ELU(),
        nn.Linear(case.width, case.width), nn.ELU(),
        nn.Linear(case.width, case.features),
    )  # fmt: skip


def batches(x, batch, steps):
    """`steps` batches; a new permutation whenever all points have been seen."""
    left = steps
    while left > 0:
        for index in torch.randperm(len(x)).split(batch)[:left]:
            yield x[index]
            left -= 1


def train(case, seed, x, steps):
    torch.manual_seed(seed)
    model = autoencoder(case)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for batch in batches(x, case.batch, steps):
        optimizer.zero_grad()
        loss = criterion(model(batch), batch)
        loss.backward()
        optimizer.step()
    return loss.item()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--case", choices=CASES, default="dense")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each seed")
    parser.add_argument("--warm-up", type=int, default=200, help="steps before the time starts")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    case = CASES[options.case]
    x = unit_vectors(case)
    if options.warm_up > 0:
        train(case, options.seeds, x, options.warm_up)
    start = time.perf_counter()
    losses = [train(case, seed, x, options.steps) for seed in range(options.seeds)]
    ms = 1e3 * (time.perf_counter() - start) / (options.seeds * options.steps)
    result = {"case": options.case, "threads": options.threads, "seeds": options.seeds, "steps": options.steps}
    result |= {"last losses": losses, "ms_per_seed_step": ms, "seeds_per_second": 1e3 / (ms * STEPS)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
