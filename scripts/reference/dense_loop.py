"""Training small dense autoencoders as a PyTorch user's script does: one seed after the other.

    python scripts/reference/dense_loop.py [--seeds 2] [--steps 4000] [--threads 2]

The counterpart of `throughput dense` of crates/models/examples/throughput.rs: 2-32-32-1-32-32-2 with ELU on 4096
points of the unit circle, mean squared error, Adam at 1e-3, batches of 128 from a new permutation each epoch.
Prints the time as JSON; seeds per second are those of 4000 steps, whatever --steps says. Needs torch.
"""

import argparse
import json
import math
import time

import torch
from torch import nn

POINTS = 4096
BATCH = 128
STEPS = 4000


def circle():
    """POINTS points of the unit circle, [n, 2]."""
    angle = torch.arange(POINTS) * (2 * math.pi / POINTS)
    return torch.stack([angle.cos(), angle.sin()], dim=1)


def autoencoder():
    return nn.Sequential(
        nn.Linear(2, 32), nn.ELU(),
        nn.Linear(32, 32), nn.ELU(),
        nn.Linear(32, 1),
        nn.Linear(1, 32), nn.ELU(),
        nn.Linear(32, 32), nn.ELU(),
        nn.Linear(32, 2),
    )  # fmt: skip


def batches(x, steps):
    """`steps` batches; a new permutation whenever all points have been seen."""
    left = steps
    while left > 0:
        for index in torch.randperm(len(x)).split(BATCH)[:left]:
            yield x[index]
            left -= 1


def train(seed, x, steps):
    torch.manual_seed(seed)
    model = autoencoder()
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for batch in batches(x, steps):
        optimizer.zero_grad()
        loss = criterion(model(batch), batch)
        loss.backward()
        optimizer.step()
    return loss.item()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each seed")
    parser.add_argument("--warm-up", type=int, default=200, help="steps before the time starts")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    x = circle()
    if options.warm_up > 0:
        train(options.seeds, x, options.warm_up)
    start = time.perf_counter()
    losses = [train(seed, x, options.steps) for seed in range(options.seeds)]
    ms = 1e3 * (time.perf_counter() - start) / (options.seeds * options.steps)
    result = {"case": "dense", "threads": options.threads, "seeds": options.seeds, "steps": options.steps}
    result |= {"last losses": losses, "ms_per_seed_step": ms, "seeds_per_second": 1e3 / (ms * STEPS)}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
