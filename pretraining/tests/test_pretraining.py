"""The pipeline on a toy pool (trains, is killed, resumes, exports) and the parts it rests on.

`./run tests/test_pretraining.py`
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

try:
    import numpy as np
    import torch
except ImportError:
    print("skipped: no torch")
    sys.exit(0)

from handful_pretraining.backbone_format import (
    StoredBackbone,
    StoredForward,
    check_golden,
    embed,
    read_backbone,
    to_input,
)
from handful_pretraining.hands import render_hand
from handful_pretraining.pictures import formula_picture
from handful_pretraining.student import Architecture, Student
from handful_pretraining.teacher import DEFAULT_TEACHER, Teacher
from handful_pretraining.whitening import read_whitening
from toy import write_pool, write_teacher

SHIPPED = HERE.parents[1] / "static" / "models" / "handful-mobilenet-v2-0.50-160"
TOY = {
    "sources": {"toy": 1.0},
    "name": "toy",
    "width": 0.25,
    "teacher_size_px": 64,
    "export_size_px": 96,
    "hand_cutouts": 4,
    "chunk_views": 16,
    "bank_chunks": 4,
    "first_chunks": 1,
    "batch": 8,
    "sizes": [[1e12, 1, 0, 0]],
    "checkpoint_minutes": 0.01,
}


class Parts(unittest.TestCase):
    def setUp(self) -> None:
        torch.set_num_threads(1)

    def test_folded_layers_answer_as_the_student_does(self) -> None:
        torch.manual_seed(0)
        student = Student(Architecture(width=0.25))
        x = torch.randn(4, 3, 96, 96)
        student(x)  # moves the running statistics off their start
        with torch.no_grad():
            expected = student.eval()(x).mean((2, 3))
        ours = StoredForward(StoredBackbone({}, student.folded_layers()))(x)
        self.assertLess(float((ours - expected).abs().max()), 1e-4)

    def test_shipped_backbone_and_whitening_hold_their_golden_values(self) -> None:
        backbone = read_backbone(SHIPPED)
        self.assertLess(check_golden(backbone), 1e-3)
        golden = json.loads((SHIPPED / "whitening.json").read_text())["golden"]
        row = read_whitening(SHIPPED).apply(embed(backbone, formula_picture(backbone.size_px)[None]))[0]
        np.testing.assert_allclose(row[:8], golden["whitenedFirst8"], atol=1e-4)
        self.assertAlmostEqual(float(np.linalg.norm(row)), golden["whitenedL2"], places=3)

    @unittest.skipUnless(DEFAULT_TEACHER.exists(), "skipped: no teacher in ../shared/data")
    def test_teacher_answers_as_in_tensorflow_js(self) -> None:
        answers = Teacher()(to_input(formula_picture(224)[None]))
        embedding, logits = answers.embedding[0], answers.logits[0]
        self.assertAlmostEqual(float(embedding[2]), 0.0541833, places=4)
        self.assertAlmostEqual(float(embedding.norm()), 24.790923, places=3)
        self.assertAlmostEqual(float(logits.norm()), 37.568225, places=3)
        self.assertEqual(int(logits.argmax()), 919)

    def test_a_hand_is_a_cut_out_and_the_same_for_the_same_seed(self) -> None:
        first, second = (np.asarray(render_hand(np.random.default_rng(5), 96)) for _ in range(2))
        np.testing.assert_array_equal(first, second)
        self.assertTrue(0.02 < (first[..., 3] > 128).mean() < 0.9)


class Pipeline(unittest.TestCase):
    def command(self, work: Path, *more: str) -> list[str]:
        script = str(HERE.parent / "train.py")
        return [sys.executable, script, "--config", str(work / "toy.json"), "--work", str(work), *more]

    def test_trains_is_killed_resumes_stops_and_exports(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            write_pool(work / "pool")
            write_teacher(work / "teacher")
            config = {**TOY, "pool": str(work / "pool"), "teacher": str(work / "teacher")}
            (work / "toy.json").write_text(json.dumps(config))
            checkpoint = work / "runs" / "toy" / "checkpoint.pt"

            process = subprocess.Popen(self.command(work))
            for _ in range(600):
                if checkpoint.exists() or process.poll() is not None:
                    break
                time.sleep(0.1)
            process.kill()
            process.wait()
            self.assertTrue(checkpoint.exists())

            out = work / "out"
            again = self.command(work, "--steps", "2", "--cooldown-minutes", "1", "--export", str(out))
            printed = subprocess.run(again, check=True, capture_output=True, text=True).stdout
            self.assertIn("resumed at", printed)
            self.assertLess(check_golden(read_backbone(out)), 1e-3)
            whiten = [sys.executable, str(HERE.parent / "whiten.py"), str(out), "--pool", str(work / "pool")]
            subprocess.run(whiten, check=True, capture_output=True)
            self.assertEqual(read_whitening(out).vectors.shape, (32, 1280))

            process = subprocess.Popen(self.command(work))
            time.sleep(6)
            (work / "runs" / "toy" / "STOP").touch()
            self.assertEqual(process.wait(timeout=30), 0)


if __name__ == "__main__":
    unittest.main()
