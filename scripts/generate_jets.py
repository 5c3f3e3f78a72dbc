#!/usr/bin/env python3
"""Generate QCD and top jets: Pythia 8, a parametrised detector, anti-kT R = 0.8.

Both classes: proton-proton collisions at 14 TeV; the leading anti-kT jet of the event with
550 <= pT <= 650 GeV and |eta| < 2; its leading 200 constituents, ordered in pT, massless.
  qcd  HardQCD: two partons to two partons.
  top  gg, qqbar -> ttbar with hadronic W decays; kept if a top and its three decay quarks lie
       within Delta R = 0.8 of the jet.

The detector's numbers (class `Detector` below) are this project's own, set by hand so that the jets
resemble the top tagging reference data (arXiv 1902.09914). The result is a "generated sample".

The output is HDF5 in the layout "compact constituents 1" of data/README.md; the same options and
package versions give the same bytes. Jets are made in parts of 500, each with a seed of its own, kept
in OUTPUT.parts until the file is complete: an interrupted command, given again, goes on from there.
"""

import argparse
import dataclasses
import hashlib
import importlib
import importlib.metadata
import json
import os
import shutil
import sys
import time
from pathlib import Path

PACKAGES = {"numpy": "numpy", "h5py": "h5py", "pythia8mc": "pythia8mc==8.317.2", "fastjet": "fastjet==3.5.2"}
CLASSES = {"qcd": 0, "top": 1}
PROCESSES = {
    "qcd": ["HardQCD:all = on"],
    "top": ["Top:gg2ttbar = on", "Top:qqbar2ttbar = on", "24:onMode = off", "24:onIfAny = 1 2 3 4 5"],
}
JETS_PER_PART = 500
PROGRESS_SECONDS = 30
UNIT = 1e-4  # of eta and phi in the output; |eta| and |phi| stay below 3.2767
UNITS = {"pt": 1.0, "eta": UNIT, "phi": UNIT}
DESCRIPTIONS = {
    "offsets": "the constituents of jet i are offsets[i]..offsets[i+1]",
    "pt": "transverse momentum of massless constituents, GeV; largest first in each jet",
    "eta": "pseudorapidity = integer * unit",
    "phi": "azimuth in radians = integer * unit",
    "label": "1 = top, 0 = QCD",
}
NEUTRINOS = (12, 14, 16)


def import_packages():
    """Import what is needed, or say what to install."""
    missing = []
    for name, requirement in PACKAGES.items():
        try:
            globals()[{"numpy": "np"}.get(name, name)] = importlib.import_module(name)
        except ImportError:
            missing.append(requirement)
    if missing:
        sys.exit(f"error: missing Python packages\nremedy: python3.11 -m pip install {' '.join(missing)}")


@dataclasses.dataclass(frozen=True)
class Selection:
    """Event and jet selection; energies and momenta in GeV."""

    collision_energy: float = 14000.0
    hard_process_pt_min: float = 400.0
    hard_process_pt_max: float = 1000.0
    jet_radius: float = 0.8
    jet_pt_min: float = 550.0
    jet_pt_max: float = 650.0
    jet_eta_max: float = 2.0
    match_radius: float = 0.8
    leading_constituents: int = 200


@dataclasses.dataclass(frozen=True)
class Detector:
    """Detector parametrisation; every number is this project's own. Energies in GeV, lengths in m.

    Track efficiency: plateau(eta) * (1 - soft_loss * exp(-pT / soft_scale)), where plateau falls
    linearly from `central` (|eta| <= bend) to `forward` (|eta| = track_eta_max).
    Track resolution: sigma(pT)/pT = sqrt(constant^2 + (slope * pT)^2) * (1 + (eta / eta_scale)^2).
    Tower resolution: sigma(E) = sqrt(stochastic^2 E + constant^2 E^2 + noise^2), log-normal with mean E.
    A tower's energy beyond its tracks becomes a neutral object if it is above `energy_min` and above
    `significance` times sigma(E). The electromagnetic and the hadronic tower have the same position,
    drawn uniformly inside the tower once per event.
    """

    track_pt_min: float = 0.1
    track_eta_max: float = 2.5
    track_efficiency_central: float = 0.95
    track_efficiency_forward: float = 0.85
    track_efficiency_bend: float = 1.5
    track_efficiency_soft_loss: float = 0.5
    track_efficiency_soft_scale: float = 0.5
    track_resolution_constant: float = 0.01
    track_resolution_slope: float = 1.5e-4
    track_resolution_eta_scale: float = 2.5
    magnetic_field_tesla: float = 2.0
    calorimeter_radius: float = 1.2
    tower_eta_max: float = 3.5
    tower_eta_width: float = 0.1
    towers_in_phi: int = 36
    ecal_stochastic: float = 0.10
    ecal_constant: float = 0.005
    ecal_noise: float = 0.2
    ecal_energy_min: float = 0.5
    ecal_significance: float = 2.0
    hcal_stochastic: float = 0.50
    hcal_constant: float = 0.03
    hcal_noise: float = 1.5
    hcal_energy_min: float = 1.0
    hcal_significance: float = 1.7


def wrapped(phi):
    """An angle or difference of angles, brought into [-pi, pi)."""
    return (phi + np.pi) % (2.0 * np.pi) - np.pi


def visible_particles(event):
    """Final visible particles: px, py, pz (GeV), identity, charge, each of shape [n]."""
    rows = [(p.px(), p.py(), p.pz(), p.id(), p.charge()) for p in event if p.isFinal()]
    px, py, pz, identity, charge = np.array(rows).T
    keep = ~np.isin(np.abs(identity), NEUTRINOS) & (np.hypot(px, py) > 1e-6)
    return px[keep], py[keep], pz[keep], np.abs(identity[keep]).astype(int), charge[keep]


def track_efficiency(pt, eta, d):
    """Probability that a charged particle gives a track."""
    forward = np.clip((np.abs(eta) - d.track_efficiency_bend) / (d.track_eta_max - d.track_efficiency_bend), 0.0, 1.0)
    plateau = d.track_efficiency_central + forward * (d.track_efficiency_forward - d.track_efficiency_central)
    return plateau * (1.0 - d.track_efficiency_soft_loss * np.exp(-pt / d.track_efficiency_soft_scale))


def track_resolution(pt, eta, d):
    """sigma(pT) / pT of a track."""
    at_centre = np.hypot(d.track_resolution_constant, d.track_resolution_slope * pt)
    return at_centre * (1.0 + (eta / d.track_resolution_eta_scale) ** 2)


def azimuth_at_calorimeter(pt, phi, charge, d):
    """Azimuth where a particle meets the calorimeter, and whether it gets there at all."""
    diameter = 2.0 * pt / (0.3 * d.magnetic_field_tesla * np.maximum(np.abs(charge), 1.0))
    reaches = (charge == 0.0) | (diameter > d.calorimeter_radius)
    turn = np.arcsin(np.clip(d.calorimeter_radius / diameter, 0.0, 1.0))
    return wrapped(phi - np.sign(charge) * turn), reaches


def neutral_energy(deposits, tracked, stochastic, constant, noise, energy_min, significance, random):
    """Energy of each tower beyond that of its tracks, 0 where below threshold; shapes [towers]."""
    sigma = np.sqrt(stochastic**2 * deposits + (constant * deposits) ** 2 + noise**2)
    width = np.sqrt(np.log1p((sigma / deposits) ** 2))
    measured = deposits * np.exp(width * random.standard_normal(len(deposits)) - 0.5 * width**2)
    rest = measured - tracked
    return np.where((rest > energy_min) & (rest > significance * sigma), rest, 0.0)


def neutral_objects(energy, of_track, electromagnetic, hit, eta, there, d, random):
    """What towers measure beyond their tracks: (pt, eta, phi) electromagnetic, then hadronic.

    Per particle, each [n]: energy (GeV), of_track (its track's energy, 0 without one),
    electromagnetic and hit (bool), eta, azimuth `there` at the calorimeter.
    """
    phi_width = 2.0 * np.pi / d.towers_in_phi
    eta_index = np.floor((eta + d.tower_eta_max) / d.tower_eta_width).astype(int)
    phi_index = np.floor((there + np.pi) / phi_width).astype(int) % d.towers_in_phi
    towers, tower = np.unique((eta_index * d.towers_in_phi + phi_index)[hit], return_inverse=True)
    tower_eta = (towers // d.towers_in_phi + random.random(len(towers))) * d.tower_eta_width - d.tower_eta_max
    tower_phi = (towers % d.towers_in_phi + random.random(len(towers))) * phi_width - np.pi
    objects = []
    for name, here in (("ecal", electromagnetic), ("hcal", ~electromagnetic)):
        energies = np.bincount(tower, np.where(here, energy, 0.0)[hit], len(towers))
        of_tracks = np.bincount(tower, np.where(here, of_track, 0.0)[hit], len(towers))
        on = energies > 1e-3
        numbers = [getattr(d, f"{name}_{n}") for n in ("stochastic", "constant", "noise", "energy_min", "significance")]
        rest = np.zeros(len(towers))
        rest[on] = neutral_energy(energies[on], of_tracks[on], *numbers, random)
        seen = rest > 0.0
        objects.append((rest[seen] / np.cosh(tower_eta[seen]), tower_eta[seen], tower_phi[seen]))
    return objects


def energy_flow(particles, d, random):
    """Energy-flow objects of visible particles (tracks, then towers' neutral rest): pt, eta, phi, each [n]."""
    px, py, pz, identity, charge = particles
    pt, phi = np.hypot(px, py), np.arctan2(py, px)
    eta = np.arcsinh(pz / pt)
    energy = pt * np.cosh(eta)

    trackable = (charge != 0.0) & (pt > d.track_pt_min) & (np.abs(eta) < d.track_eta_max)
    tracked = trackable & (random.random(len(pt)) < track_efficiency(pt, eta, d))
    smearing = 1.0 + track_resolution(pt, eta, d) * random.standard_normal(len(pt))
    track_pt = pt * np.maximum(smearing, 0.01)
    of_track = np.where(tracked, track_pt * np.cosh(eta), 0.0)

    there, reaches = azimuth_at_calorimeter(pt, phi, charge, d)
    hit = reaches & (identity != 13) & (np.abs(eta) < d.tower_eta_max)
    electromagnetic = (identity == 22) | (identity == 11)
    neutral = neutral_objects(energy, of_track, electromagnetic, hit, eta, there, d, random)
    return tuple(np.concatenate(column) for column in zip((track_pt[tracked], eta[tracked], phi[tracked]), *neutral))


def leading_jet(pt, eta, phi, radius):
    """Indices of the constituents, pT, eta and phi of the hardest anti-kT jet; None without one."""
    momenta = np.stack([pt * np.cos(phi), pt * np.sin(phi), pt * np.sinh(eta), pt * np.cosh(eta)], 1)
    particles = [fastjet.PseudoJet(*momentum) for momentum in momenta.tolist()]
    for index, particle in enumerate(particles):
        particle.set_user_index(index)
    clustering = fastjet.ClusterSequence(particles, fastjet.JetDefinition(fastjet.antikt_algorithm, radius))
    jets = clustering.inclusive_jets(100.0)
    if not jets:
        return None
    jet = max(jets, key=lambda j: j.pt())
    indices = np.array([c.user_index() for c in jet.constituents()])
    return indices, jet.pt(), jet.eta(), jet.phi_std()


def decaying_tops(event):
    """For each top that decays: the event indices of the top and its three decay quarks."""
    for particle in event:
        if particle.idAbs() != 6:
            continue
        daughters = particle.daughterList()
        w = [i for i in daughters if event[i].idAbs() == 24]
        quarks = [i for i in daughters if event[i].idAbs() in (1, 3, 5)]
        if w and quarks:
            of_w = [i for i in event[event[w[0]].iBotCopyId()].daughterList() if event[i].idAbs() < 6]
            yield [particle.index(), quarks[0], *of_w]


def top_matches(event, jet_eta, jet_phi, radius):
    """Whether a top and all its decay quarks lie within `radius` of the jet."""
    for indices in decaying_tops(event):
        distance = [np.hypot(event[i].eta() - jet_eta, wrapped(event[i].phi() - jet_phi)) for i in indices]
        if len(indices) == 4 and max(distance) < radius:
            return True
    return False


def start_pythia(kind, seed, multiple_interactions, s):
    """An initialised Pythia for one class."""
    pythia = pythia8mc.Pythia("", False)
    commands = PROCESSES[kind] + [
        "Print:quiet = on",
        f"Beams:eCM = {s.collision_energy}",
        f"PhaseSpace:pTHatMin = {s.hard_process_pt_min}",
        f"PhaseSpace:pTHatMax = {s.hard_process_pt_max}",
        f"PartonLevel:MPI = {'on' if multiple_interactions else 'off'}",
        "Random:setSeed = on",
        f"Random:seed = {seed}",
    ]
    for command in commands:
        if not pythia.readString(command):
            sys.exit(f"error: Pythia refused '{command}'\nremedy: install {PACKAGES['pythia8mc']}")
    if not pythia.init():
        sys.exit("error: Pythia did not initialise\nremedy: unset PYTHIA8DATA if it names another version's data")
    return pythia


def one_jet(pythia, kind, s, d, random):
    """The next event's jet (pt, eta, phi of its constituents), or None if the event is not selected."""
    if not pythia.next():
        return None
    pt, eta, phi = energy_flow(visible_particles(pythia.event), d, random)
    jet = leading_jet(pt, eta, phi, s.jet_radius)
    if jet is None:
        return None
    indices, jet_pt, jet_eta, jet_phi = jet
    if not (s.jet_pt_min <= jet_pt <= s.jet_pt_max and abs(jet_eta) < s.jet_eta_max):
        return None
    if kind == "top" and not top_matches(pythia.event, jet_eta, jet_phi, s.match_radius):
        return None
    order = indices[np.argsort(-pt[indices], kind="stable")][: s.leading_constituents]
    return pt[order], eta[order], phi[order]


def make_part(kind, part, number, options, s, d, report):
    """Generate `number` jets of one class with the seed of this part."""
    sequence = np.random.SeedSequence([options.seed, CLASSES[kind], part])
    generator_seed, detector_seed = sequence.spawn(2)
    pythia_seed = 1 + int(generator_seed.generate_state(1)[0]) % 900_000_000
    pythia = start_pythia(kind, pythia_seed, options.multiple_interactions == "on", s)
    random = np.random.default_rng(detector_seed)
    jets, hard_pt, events = [], [], 0
    while len(jets) < number:
        jet = one_jet(pythia, kind, s, d, random)
        events += 1
        if jet is not None:
            jets.append(jet)
            hard_pt.append(pythia.infoPython().pTHat())
        report(kind, part, len(jets), events)
    columns = {name: np.concatenate(column) for name, column in zip(("pt", "eta", "phi"), zip(*jets))}
    return columns | {"counts": np.array([len(jet[0]) for jet in jets]), "hard_pt": np.array(hard_pt), "events": np.array(events)}


def progress_line():
    """A function that prints where the generation stands, at most once in PROGRESS_SECONDS."""
    started = last = time.monotonic()

    def report(kind, part, jets, events):
        nonlocal last
        now = time.monotonic()
        if now - last >= PROGRESS_SECONDS:
            last = now
            done = part * JETS_PER_PART + jets
            print(f"[{now - started:6.0f} s] {kind}: {done} jets (part {part}: {jets} of {events} events)", flush=True)

    return report


def all_parts(kind, folder, options, s, d, report):
    """Every part of one class, from the folder where it is there, generated where not."""
    parts = []
    for part, start in enumerate(range(0, options.number, JETS_PER_PART)):
        number = min(JETS_PER_PART, options.number - start)
        path = folder / f"{kind}_{part:04d}_{number}.npz"
        if not path.exists():
            temporary = path.with_suffix(".temporary.npz")
            np.savez(temporary, **make_part(kind, part, number, options, s, d, report))
            os.replace(temporary, path)
        with np.load(path) as stored:
            parts.append({name: stored[name] for name in stored})
    return parts


def shuffled(parts_of_class, seed):
    """All jets in one seeded random order: offsets [n+1], pt, eta, phi [total], label [n]."""
    parts = [part for _, some in parts_of_class for part in some]
    label = np.concatenate([np.full(len(p["counts"]), CLASSES[kind], np.uint8) for kind, some in parts_of_class for p in some])
    counts = np.concatenate([p["counts"] for p in parts])
    starts = np.cumsum(counts) - counts
    order = np.random.default_rng(np.random.SeedSequence([seed, 2])).permutation(len(label))
    rows = np.concatenate([np.arange(starts[i], starts[i] + counts[i]) for i in order])
    pt, eta, phi = (np.concatenate([p[name] for p in parts])[rows] for name in ("pt", "eta", "phi"))
    offsets = np.concatenate([[0], np.cumsum(counts[order])]).astype(np.uint64)
    return offsets, pt, eta, phi, label[order]


def integers(angle):
    """Pseudorapidities or azimuths as integers, in units of UNIT."""
    whole = np.rint(angle / UNIT)
    if np.abs(whole).max() > np.iinfo(np.int16).max:
        sys.exit("error: |eta| > 3.2767 does not fit into 16 bits\nremedy: a smaller jet_eta_max or jet_radius in `Selection`")
    return whole.astype(np.int16)


def hard_process_summary(parts_of_class):
    """Per class: accepted jets, generated events, and quantiles of the accepted jets' hard-process pT (GeV)."""
    result = {}
    for kind, parts in parts_of_class:
        hard_pt = np.concatenate([p["hard_pt"] for p in parts])
        values = np.quantile(hard_pt, [0.001, 0.01, 0.5, 0.99, 0.999]).round(1).tolist()
        events = int(sum(p["events"] for p in parts))
        result[kind] = {"jets": len(hard_pt), "events": events, "pthat_quantiles_0.001_0.01_0.5_0.99_0.999": values}
    return result


def write(path, columns, options, s, d, summary):
    """Write the compact layout under a temporary name, then rename it."""
    offsets, pt, eta, phi, label = columns
    temporary = path.with_name(path.name + ".temporary")
    settings = {
        "class": options.kind, "number_per_class": options.number, "seed": options.seed,
        "multiple_interactions": options.multiple_interactions, "jets_per_part": JETS_PER_PART,
        "processes": {kind: PROCESSES[kind] for kind in options.kinds},
        "selection": dataclasses.asdict(s), "detector": dataclasses.asdict(d),
    }  # fmt: skip
    with h5py.File(temporary, "w", libver="v108") as file:
        file.attrs["layout"] = "compact constituents 1"
        file.attrs["sample"] = "generated sample"
        file.attrs["generator"] = versions()
        file.attrs["settings"] = json.dumps(settings, sort_keys=True)
        file.attrs["summary"] = json.dumps(summary, sort_keys=True)
        file.attrs["seed"] = np.uint64(options.seed)
        packed = {"offsets": offsets, "pt": pt.astype(np.float16), "eta": integers(eta), "phi": integers(phi), "label": label}
        for name, values in packed.items():
            chunks = (min(len(values), 65536),)
            dataset = file.create_dataset(name, data=values, chunks=chunks, compression="gzip", compression_opts=9, shuffle=True)
            dataset.attrs["description"] = DESCRIPTIONS[name]
            if name in UNITS:
                dataset.attrs["unit"] = UNITS[name]
    os.replace(temporary, path)


def versions():
    """Names and versions of the programs that made the sample."""
    number = pythia8mc.Pythia("", False).parm("Pythia:versionNumber")
    version = importlib.metadata.version
    pythia = f"Pythia {number:.3f} (pythia8mc {version('pythia8mc')})"
    return f"generate_jets.py; {pythia}, fastjet {version('fastjet')}, numpy {np.__version__}"


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--class", dest="kind", choices=["qcd", "top", "both"], default="both", help="which jets (default: both)")
    parser.add_argument("--number", type=int, required=True, help="jets of each class")
    parser.add_argument("--seed", type=int, required=True, help="0 or more; use different seeds for training and test files")
    parser.add_argument("--multiple-interactions", choices=["on", "off"], default="on", help="multiple parton interactions (default: on)")
    parser.add_argument("--output", type=Path, required=True, help="HDF5 file to write; an existing file is an error")
    options = parser.parse_args()
    if options.number < 1 or options.seed < 0:
        parser.error("--number must be at least 1 and --seed at least 0")
    if not options.output.parent.is_dir():
        parser.error(f"the folder {options.output.parent} does not exist; create it with: mkdir -p {options.output.parent}")
    if options.output.exists():
        parser.error(f"{options.output} exists already; remove it or choose another --output")
    options.kinds = ["qcd", "top"] if options.kind == "both" else [options.kind]
    return options


def generate(options):
    """Make the parts that are missing, then the output file."""
    s, d = Selection(), Detector()
    numbers = [dataclasses.asdict(s), dataclasses.asdict(d)]
    identity = json.dumps([options.seed, options.multiple_interactions, PROCESSES, *numbers, versions()])
    folder = options.output.with_name(options.output.name + ".parts") / hashlib.sha256(identity.encode()).hexdigest()[:12]
    folder.mkdir(parents=True, exist_ok=True)
    report = progress_line()
    parts_of_class = [(kind, all_parts(kind, folder, options, s, d, report)) for kind in options.kinds]
    summary = hard_process_summary(parts_of_class)
    write(options.output, shuffled(parts_of_class, options.seed), options, s, d, summary)
    shutil.rmtree(folder.parent)
    print(f"wrote {options.output}: {options.output.stat().st_size} bytes; {json.dumps(summary)}")


def main():
    options = parse_arguments()
    import_packages()
    try:
        generate(options)
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; the same command goes on after the last finished part")
    except OSError as error:
        sys.exit(f"error: {error}\nremedy: see that {options.output.parent} can be written and has space; give the command again")


if __name__ == "__main__":
    main()
