"""The ledger `super_resolution` as tables, beside what others published. Rows for `plots.table`."""

import numpy as np

from . import ledger, resampling

#: PSNR in dB on luma at ×2, ×3 and ×4, as Lim et al. (2017) collect them. SRCNN 9-5-5 has learnt from ImageNet.
PUBLISHED = {
    "bicubic": {"Set5": (33.66, 30.39, 28.42), "Set14": (30.24, 27.55, 26.00)},
    "SRCNN 9-5-5": {"Set5": (36.66, 32.75, 30.48), "Set14": (32.42, 29.28, 27.49)},
    "VDSR": {"Set5": (37.53, 33.66, 31.35), "Set14": (33.03, 29.77, 28.01)},
    "EDSR": {"Set5": (38.11, 34.65, 32.46), "Set14": (33.92, 30.52, 28.80)},
}
#: The test sets, and the networks that were trained on equal terms, with their names in the ledger. U-Nets that lack a
#: part have residual learning.
SETS = ("Set5", "Set14")
EQUAL = {"U-Net": "unet", "U-Net, residual": "unet_residual", "U-Net, no dropout": "unet_normalised",
         "U-Net, no normalisation": "unet_dropout", "U-Net, neither": "unet_bare",
         "SRCNN": "srcnn", "sub-pixel": "short"}  # fmt: skip


def bicubic(stored):
    """Return {set: its PSNR at ×2, ×3 and ×4} of bicubic interpolation, from the metrics of the ledger."""
    return {name: [stored[f"bicubic_{name.lower()}_x{scale}"] for scale in resampling.SCALES] for name in SETS}


def patient(stored, kind="psnr"):
    """Return the same of the long runs; kind: psnr, ssim, psnr_ensemble or ssim_ensemble."""
    return {name: [stored[f"{name.lower()}_x{scale}_{kind}"] for scale in resampling.SCALES] for name in SETS}


def equal_terms(stored):
    """Return (head, rows): what the networks on equal terms cost and reach at ×2, beside interpolation."""
    plain = {f"{name.lower()}_x2_{kind}": stored[f"bicubic_{name.lower()}_x2{end}"]
             for name in SETS for kind, end in (("psnr", ""), ("ssim", "_ssim"))}  # fmt: skip
    without = {"bilinear": stored["bilinear"], "bicubic": plain}
    rows = [[name, "–", "–", "–", *_scores(of)] for name, of in without.items()]
    for name, key in EQUAL.items():
        of = stored[key]
        costs = int(of["parameters"][0]), f"{np.median(of['milliseconds']):.0f}", f"{of['rate'][0]:g}"
        rows.append([name, *costs, *_scores(of)])
    return [f"×2, {stored['short']['steps'][0]:,.0f} steps", "parameters", "milliseconds", "rate", *SETS, "SSIM"], rows


def scales(stored):
    """Return (head, rows): the PSNR of published networks and of the long runs, alone and in eight positions."""
    every = {f"{who}, published": of for who, of in PUBLISHED.items()}
    every |= {"sub-pixel": patient(stored), "sub-pixel ×8": patient(stored, "psnr_ensemble")}
    head = ["PSNR (dB)", *(f"{name} ×{scale}" for name in SETS for scale in resampling.SCALES)]
    return head, [[who, *(f"{value:.2f}" for name in SETS for value in of[name])] for who, of in every.items()]


def costs(stored):
    """Return (head, rows): the SSIM of the long runs, their parameters and their milliseconds."""
    rows = [[f"SSIM, {name}{label}", *(f"{value:.4f}" for value in patient(stored, f"ssim{end}")[name])]
            for name in SETS for label, end in (("", ""), (", ×8", "_ensemble"))]  # fmt: skip
    runs = [stored[f"residual_x{scale}"] for scale in resampling.SCALES]
    kinds = {"parameters": "parameters", "milliseconds": "milliseconds", "milliseconds, ×8": "milliseconds_ensemble"}
    rows += [[label, *(f"{run[key]:,.0f}" for run in runs)] for label, key in kinds.items()]
    return ["sub-pixel network", *(f"×{scale}" for scale in resampling.SCALES)], rows


def _scores(of):
    """Return the PSNR on each set, with its deviation over seeds where there are several, and the SSIM on both."""
    psnr, ssim = ([of[f"{name.lower()}_x2_{kind}"] for name in SETS] for kind in ("psnr", "ssim"))
    return [*(ledger.summary(np.atleast_1d(value)) for value in psnr), " / ".join(f"{np.mean(v):.4f}" for v in ssim)]
