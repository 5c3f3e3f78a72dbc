"""A training step of the convolutional autoencoder of jet images as a PyTorch user writes it.

    python scripts/reference/convolutional_step.py [--channels-last] [--threads 2] [--warm-up 3] [--steps 10]

The counterpart of `throughput convolutional` of crates/models/examples/throughput.rs: the network of
crates/models/src/network/convolutional.rs, 500 images of 40 x 40, mean squared error, Adam at 1e-3; 32-bit numbers,
eager. Prints the time of a step in milliseconds as JSON. Needs torch.
"""

import argparse
import json
import time

import torch
from torch import nn

SIDE = 40
LATENT = 32
BATCH = 500


def convolution(channels, out):
    return [nn.Conv2d(channels, out, 4, padding="same"), nn.PReLU()]


def dense(units, out):
    return [nn.Linear(units, out), nn.PReLU()]


def autoencoder():
    half = SIDE // 2
    encoder = [
        *convolution(1, 10), *convolution(10, 10), nn.AvgPool2d(2),
        *convolution(10, 5), *convolution(5, 5), nn.Flatten(),
        *dense(5 * half * half, 400), *dense(400, 100), nn.Linear(100, LATENT),
    ]  # fmt: skip
    decoder = [
        *dense(LATENT, 100), *dense(100, half * half), nn.Unflatten(1, (1, half, half)),
        *convolution(1, 5), *convolution(5, 5), nn.Upsample(scale_factor=2),
        *convolution(5, 10), nn.Conv2d(10, 1, 4, padding="same"),
    ]  # fmt: skip
    return nn.Sequential(*encoder, *decoder)


def stepper(channels_last):
    """A function that does one training step, and the number of weights."""
    torch.manual_seed(1)
    images = torch.rand(BATCH, 1, SIDE, SIDE)
    model = autoencoder()
    if channels_last:
        images = images.to(memory_format=torch.channels_last)
        model = model.to(memory_format=torch.channels_last)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

    def step():
        optimizer.zero_grad()
        loss = criterion(model(images), images)
        loss.backward()
        optimizer.step()

    return step, sum(parameter.numel() for parameter in model.parameters())


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--channels-last", action="store_true", help="the memory order torch advises for convolutions")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--warm-up", type=int, default=3, help="steps before the time starts")
    parser.add_argument("--steps", type=int, default=10)
    return parser.parse_args()


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    step, weights = stepper(options.channels_last)
    for _ in range(options.warm_up):
        step()
    start = time.perf_counter()
    for _ in range(options.steps):
        step()
    ms = 1e3 * (time.perf_counter() - start) / options.steps
    memory = "channels_last" if options.channels_last else "contiguous"
    result = {"case": "convolutional", "memory": memory, "threads": options.threads, "weights": weights}
    print(json.dumps(result | {"ms_per_step": ms}))


if __name__ == "__main__":
    main()
