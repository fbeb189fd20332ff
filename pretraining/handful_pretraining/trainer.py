"""The training loop: draws from the bank, saves often, resumes from whatever it last saved."""

from __future__ import annotations

import copy
import json
import os
import signal
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from .agreement import agreement, held_out
from .backbone_format import StoredBackbone, StoredForward, to_input
from .bank import BankReader
from .config import Config
from .export import write_backbone
from .losses import Standard, distillation_loss
from .student import Architecture, Student
from .teacher import Teacher

WARM_UP_STEPS = 300


class Trainer:
    """Everything that a checkpoint holds, and the steps on it."""

    def __init__(self, config: Config, run: Path, bank: Path, device: str) -> None:
        self.config, self.run_folder, self.device = config, run, device
        torch.manual_seed(config.seed)
        self.student = Student(Architecture(width=config.width)).to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.student).eval()
        decayed = [p for p in self.student.parameters() if p.ndim > 1]
        others = [p for p in self.student.parameters() if p.ndim == 1]
        groups = [{"params": decayed}, {"params": others, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=config.rate, weight_decay=config.weight_decay)
        self.reader = BankReader(bank)
        self.teacher = Teacher(Path(config.teacher)).to(device)
        self.steps, self.views, self.seconds = 0, 0, 0.0
        self.standard: Standard | None = None
        self.stopping = False

    # -- saving and resuming

    def save(self, file: Path) -> None:
        """Written beside and renamed, so that a kill never leaves half a checkpoint."""
        state = {
            "config": asdict(self.config),
            "student": self.student.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "standard": asdict(self.standard) if self.standard else None,
            "counts": (self.steps, self.views, self.seconds),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(state, file.with_suffix(".part"))
        os.replace(file.with_suffix(".part"), file)

    def load(self, file: Path) -> None:
        state = torch.load(file, map_location=self.device)
        self.student.load_state_dict(state["student"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.steps, self.views, self.seconds = state["counts"]
        if state["standard"]:
            self.standard = Standard(**{k: v.to(self.device) for k, v in state["standard"].items()})

    # -- one step

    def size_px(self, random: np.random.Generator, cooling: bool) -> int:
        """The size of the next batch: small ones first, as the configuration says; the export's size to cool down."""
        if cooling:
            return self.config.export_size_px
        for until, *shares in self.config.sizes:
            if self.views < until:
                break
        return int(random.choice([96, 128, 160], p=np.array(shares) / sum(shares)))

    def step(self, rate: float, cooling: bool) -> dict[str, float]:
        random = np.random.default_rng([self.config.seed, self.steps])
        views, maps, embeddings = (t.to(self.device) for t in self.reader.batch(self.config.batch, random))
        x = views.permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
        size = self.size_px(random, cooling)
        if size != x.shape[-1]:
            x = F.interpolate(x, size=(size, size), mode="bilinear", antialias=True)
        x = x.contiguous(memory_format=torch.channels_last)
        if self.standard is None:
            self.standard = self.measured_standard(random)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        weights = (self.config.dense_weight, self.config.label_weight)
        with torch.autocast(x.device.type, dtype=torch.bfloat16, enabled=self.config.bfloat16):
            last = self.student(x)
        loss, parts = distillation_loss(
            last.float(), maps, embeddings, self.standard, self.teacher.logits_of, weights
        )
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimiser.step()
        self.steps, self.views = self.steps + 1, self.views + len(x)
        self.follow()
        return {"loss": float(loss), **parts}

    def measured_standard(self, random: np.random.Generator) -> Standard:
        """Per-channel statistics of the teacher over some of the bank."""
        _, maps, embeddings = self.reader.batch(1024, random)
        return Standard(**{k: v.to(self.device) for k, v in asdict(Standard.of(maps, embeddings)).items()})

    @torch.no_grad()
    def follow(self) -> None:
        """The running average of the weights, short at first."""
        decay = min(self.config.ema, (1 + self.steps) / (10 + self.steps))
        for ours, theirs in zip(self.average.state_dict().values(), self.student.state_dict().values()):
            if ours.dtype.is_floating_point:
                ours.lerp_(theirs, 1 - decay)
            else:
                ours.copy_(theirs)

    # -- judging and exporting

    def evaluate(self, work: Path) -> dict[str, float]:
        held = held_out(self.config, work)
        forward = StoredForward(StoredBackbone({}, self.average.folded_layers()))
        parts = [forward(to_input(held.pictures[i : i + 16])) for i in range(0, len(held.pictures), 16)]
        return agreement(held.embeddings, torch.cat(parts).numpy())

    def export(self, folder: Path) -> None:
        training = {"views": self.views, "hours": round(self.seconds / 3600, 2), "sources": sorted(self.config.sources)}
        c = self.config
        write_backbone(folder, self.average.folded_layers(), c.name, c.version, c.width, c.export_size_px, training)

    def note(self, entry: dict) -> None:
        """One JSON line to the run's log and to standard output."""
        entry = {"views": self.views, "minutes": round(self.seconds / 60, 1), **entry}
        line = json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in entry.items()})
        print(line, flush=True)
        with (self.run_folder / "log.jsonl").open("a") as log:
            log.write(line + "\n")

    # -- the loop

    def stop_asked(self) -> bool:
        return self.stopping or (self.run_folder / "STOP").exists()

    def train(self, work: Path, minutes: float, most_steps: int | None, cooling: bool) -> None:
        """Trains for so many minutes; `cooling` lowers the rate to 0 over them, else it stays constant."""
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "stopping", True))
        signal.signal(signal.SIGINT, lambda *_: setattr(self, "stopping", True))
        self.run_folder.mkdir(parents=True, exist_ok=True)
        while self.reader.refresh() < self.config.first_chunks and not self.stop_asked():
            time.sleep(1)
        checkpoint = self.run_folder / "checkpoint.pt"
        start = last = saved = judged = noted = time.monotonic()
        done = 0
        while not self.stop_asked() and (most_steps is None or done < most_steps):
            passed = (time.monotonic() - start) / (60 * minutes)
            if passed >= 1:
                break
            warm = min(1.0, (self.steps + 1) / WARM_UP_STEPS)
            parts = self.step(self.config.rate * warm * ((1 - passed) if cooling else 1.0), cooling)
            done += 1
            now = time.monotonic()
            self.seconds, last = self.seconds + now - last, now
            if now - noted > 60:
                noted, chunks = now, self.reader.refresh()
                self.note({**parts, "chunks": chunks})
            if now - saved > 60 * self.config.checkpoint_minutes:
                saved = now
                self.save(checkpoint)
            if now - judged > 60 * self.config.evaluate_minutes:
                judged = now
                self.note({"heldOut": self.evaluate(work)})
                last = time.monotonic()
        self.save(self.run_folder / "cooled.pt" if cooling else checkpoint)
        self.note({"saved": "cooled" if cooling else "checkpoint", "heldOut": self.evaluate(work)})
