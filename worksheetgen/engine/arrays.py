"""What arrays are called in signatures, without loading NumPy where nothing is computed."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[Any]
    Generator = np.random.Generator
else:
    Array = ArrayLike = Generator = Any

__all__ = ["Array", "ArrayLike", "Generator"]
