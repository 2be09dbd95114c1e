"""Detectors by key. Each entry imports its own file: the package loads none.

To add one: a file with a class that provides `core.detectors.base.Detector`, and a line here.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.detectors.base import Detector


def _robust_z() -> "Detector":
    from core.detectors.robust_z import RobustZ

    return RobustZ()


def _stl() -> "Detector":
    from core.detectors.stl import SeasonalResidual

    return SeasonalResidual()


def _spectral_residual() -> "Detector":
    from core.detectors.spectral_residual import SpectralResidual

    return SpectralResidual()


def _sub_pca() -> "Detector":
    from core.detectors.sub_pca import SubPca

    return SubPca()


def _pca_error() -> "Detector":
    from core.detectors.pca_error import PcaError

    return PcaError()


def _polynomial() -> "Detector":
    from core.detectors.polynomial import Polynomial

    return Polynomial()


def _isolation_forest() -> "Detector":
    from core.detectors.isolation_forest import IsolationForest

    return IsolationForest()


def _kmeans() -> "Detector":
    from core.detectors.kmeans import KMeansShapes

    return KMeansShapes()


def _matrix_profile() -> "Detector":
    from core.detectors.matrix_profile import MatrixProfile

    return MatrixProfile()


def _knn() -> "Detector":
    from core.detectors.knn import NearestNeighbours

    return NearestNeighbours()


DETECTORS: dict[str, "Callable[[], Detector]"] = {
    "robust_z": _robust_z,
    "stl": _stl,
    "spectral_residual": _spectral_residual,
    "sub_pca": _sub_pca,
    "pca_error": _pca_error,
    "polynomial": _polynomial,
    "isolation_forest": _isolation_forest,
    "kmeans": _kmeans,
    "matrix_profile": _matrix_profile,
    "knn": _knn,
}
