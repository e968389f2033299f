"""Uses all that is public in the package, with types that mypy --strict accepts: sample.py CINE STILL OUT."""

import sys
import warnings
from pathlib import Path
from typing import List

import numpy as np
import numpy.typing as npt

import hipcuff
from hipcuff.results import Image, Results


def grades(images: List[Image]) -> List[str]:
    return [image["grade"]["class"] for image in images]


def read(path: str) -> hipcuff.Cine:
    cine: hipcuff.Cine = hipcuff.open(path, region="lateral-hip")
    some: hipcuff.Frames = cine[::2]
    frame: npt.NDArray[np.uint8] = cine[0]
    scale = cine.mm_per_px
    if scale is not None:
        print(f"{scale[0]:.3f} mm per px, {cine.side} {cine.view}, {len(some)} frames of {frame.shape}")
    times = cine.frame_times
    if times is not None:
        print(times.max())
    return cine


def find(folder: Path) -> None:
    inputs: hipcuff.Inputs = hipcuff.open_all([folder])
    print([cine.path.name for cine in inputs], len(inputs.problems))
    answers: hipcuff.Analyses = hipcuff.analyze_all(folder, jobs=2)
    print(grades(list(answers)), answers.problems)


def measure(cine: hipcuff.Cine, still: str) -> None:
    def told(done: int, total: int) -> None:
        print(done, total)

    print(grades(hipcuff.analyze(cine, frames=2, progress=told)))
    analyzer = hipcuff.Analyzer(prevalence={"normal": 0.4, "tendinosis": 0.2, "partial": 0.2, "full": 0.2})
    (result,) = analyzer.analyze(still, label_mask=True)
    lines: hipcuff.Borders = hipcuff.borders(result, unit="mm")
    print(lines.superficial[:, 0].mean(), result["label_mask"].max(), hipcuff.mask(result).max())
    thickness = result["thickness"]["mean_mm"]
    print("not measured" if thickness is None else f"{thickness:.1f} mm")
    picture = hipcuff.open(still)[0]
    memory = hipcuff.from_array(picture, mm_per_px=0.08, view="long")
    print(memory.mm_per_px, grades(hipcuff.analyze_array(picture[..., 0], mm_per_px=None)))


def train(out: Path) -> None:
    simulated: hipcuff.Simulated = hipcuff.simulate(seed=3, recipe={"pathology": "normal"})
    print(simulated.picture.shape, simulated.mask.max(), simulated.truth["grade"])
    print(hipcuff.draw_recipe(seed=3)["pathology"])
    hipcuff.simulate_exams(out, cases=1, seed=3, frames=2, jpeg=True)


def compare(exams: Path, out: Path) -> None:
    results: Results = hipcuff.analyze_study(exams, out=out)
    print(len(hipcuff.load_results(out)["studies"]), results["run"]["jobs"])
    print(len(hipcuff.validate(out, exams, replicates=100)["values"]))


def errors() -> None:
    for kind in (hipcuff.InputError, hipcuff.NotForUs, hipcuff.OutputError, hipcuff.ConfigError, hipcuff.UsageError):
        assert issubclass(kind, hipcuff.Error)
    warnings.simplefilter("error", hipcuff.PluginWarning)
    try:
        hipcuff.open("/nowhere")
    except hipcuff.Error as error:
        print(error.path, error.problem, error.remedy)
    warnings.simplefilter("error", hipcuff.InputWarning)


def main() -> None:
    print(hipcuff.__version__, hipcuff.notice, hipcuff.plugins())
    cine_file, still_file, out = sys.argv[1:]
    assert hipcuff.results.Image is Image
    measure(read(cine_file), still_file)
    train(Path(out, "exams"))
    find(Path(out, "exams"))
    compare(Path(out, "exams"), Path(out, "results"))
    errors()
    print("done")


if __name__ == "__main__":
    main()
