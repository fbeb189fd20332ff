#!/usr/bin/env python3
"""Trains a backbone: fills the bank with views and teacher answers, learns from it, saves, resumes.

  train.py --config configs/licensed.json                      trains until stopped, resumes by itself
  train.py --config … --cooldown-minutes 20 --export FOLDER    a finished backbone from the last checkpoint
Stop it with SIGTERM, Ctrl-C or `touch RUN/STOP`: it saves and ends.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from pathlib import Path

import torch

from handful_pretraining.bank import produce
from handful_pretraining.config import Config, read_config, work_folder
from handful_pretraining.cutouts import render_hands
from handful_pretraining.trainer import Trainer


def start_producers(config: Config, work: Path, count: int, device: str) -> list[multiprocessing.Process]:
    """Producers watch their parent and end with it, however it ends."""
    context = multiprocessing.get_context("spawn")
    producers = [
        context.Process(target=produce, args=(config, work, lane, count, device, os.getpid()), daemon=True)
        for lane in range(count)
    ]
    for producer in producers:
        producer.start()
    return producers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", type=Path, help="JSON file; default: the built-in configuration")
    parser.add_argument("--run", default=None, help="name of the run's folder; default: the configuration's file name")
    parser.add_argument("--work", type=Path, default=work_folder(), help="default: $HANDFUL_PRETRAINING_DIR")
    parser.add_argument("--sources", help="comma-separated, instead of the licensed ones; for research only")
    parser.add_argument("--minutes", type=float, default=1e9)
    parser.add_argument("--steps", type=int, help="at most so many steps now")
    parser.add_argument("--cooldown-minutes", type=float, help="branch off the checkpoint, lower the rate to 0")
    parser.add_argument("--export", type=Path, help="write the app's backbone folder at the end")
    parser.add_argument("--producers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)

    config = read_config(options.config)
    if options.sources:
        config.sources = {source: 1.0 for source in options.sources.split(",")}
    run = options.work / "runs" / (options.run or (options.config.stem if options.config else "default"))
    run.mkdir(parents=True, exist_ok=True)
    (run / "STOP").unlink(missing_ok=True)
    hands = options.work / "cutouts" / "hands.tar"
    if config.composite_share and not hands.exists():
        render_hands(hands, config.hand_cutouts, config.seed)
    start_producers(config, options.work, options.producers, options.device)
    trainer = Trainer(config, run, options.work / "bank", options.device)
    if (run / "checkpoint.pt").exists():
        trainer.load(run / "checkpoint.pt")
        print(f"resumed at {trainer.views} views", flush=True)
    cooling = options.cooldown_minutes is not None
    trainer.train(options.work, options.cooldown_minutes if cooling else options.minutes, options.steps, cooling)
    if options.export:
        trainer.export(options.export)
        print(f"exported to {options.export}; next: whiten.py {options.export}", flush=True)


if __name__ == "__main__":
    main()
