"""python3 -m second_simulator --out DIR --seed S --count N [--kind KIND] [--view long|short] [--jobs N] [--preview]"""
import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor

from . import case, output, recipes


def _one(job):
    folder, seed, kind, view, preview = job
    image, mask, truth, r = case.simulate(seed, kind, view)
    name = f"{kind.replace(':', '-')}-{truth['view']}-{seed}"
    output.write_case(folder, name, image, mask, truth, r, seed)
    if preview:
        os.makedirs(os.path.join(folder, "preview"), exist_ok=True)
        image.save(os.path.join(folder, "preview", name + ".png"))
        output.draw_truth(image, truth).save(os.path.join(folder, "preview", name + ".truth.png"))
    return name


def main():
    parser = argparse.ArgumentParser(prog="second_simulator", description=__doc__)
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=1, help="cases get seed * 100000 + 0, 1, 2 ...")
    parser.add_argument("--count", type=int, default=1, help="cases of each kind")
    parser.add_argument("--kind", action="append", help="normal, tendinosis, a tear, confounder:NAME, not_gradable:NAME, or the words "
                        "'confounders', 'not_gradables' for all of them; may be given more than once; default: normal")
    parser.add_argument("--view", choices=["long", "short"])
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--preview", action="store_true", help="PNGs as well, with and without the truth drawn in")
    args = parser.parse_args()
    kinds = []
    for kind in args.kind or ["normal"]:
        kinds += {"confounders": [f"confounder:{n}" for n in recipes.CONFOUNDERS],
                  "not_gradables": [f"not_gradable:{n}" for n in recipes.NOT_GRADABLE]}.get(kind, [kind])
    os.makedirs(args.out, exist_ok=True)
    # The seed depends on the kind and not on what else was asked for.
    everything = list(recipes.KINDS) + [f"confounder:{n}" for n in recipes.CONFOUNDERS] + [f"not_gradable:{n}" for n in recipes.NOT_GRADABLE]
    unknown = [k for k in kinds if k not in everything]
    if unknown:
        parser.error(f"unknown kind '{unknown[0]}': one of {', '.join(everything)}")
    jobs = [(args.out, args.seed * 100000 + everything.index(k) * 2000 + i, k, args.view, args.preview) for k in kinds for i in range(args.count)]
    if args.jobs > 1:
        with ProcessPoolExecutor(args.jobs) as pool:
            names = list(pool.map(_one, jobs))
    else:
        names = [_one(job) for job in jobs]
    print(json.dumps({"written": len(names), "folder": args.out}))


if __name__ == "__main__":
    main()
