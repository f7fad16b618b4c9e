"""How many positions a sliding window has."""

Pair = tuple[int, int]


def output_size(
    size: int, kernel: int, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    r"""Output size of a sliding window along one axis.

    .. math:: \lfloor (n + 2p - d(k-1) - 1) / s \rfloor + 1

    Args:
        size: input size n ≥ 1.
        kernel: kernel size k ≥ 1.
        stride: step s ≥ 1 between windows.
        padding: zeros p ≥ 0 added at either end.
        dilation: distance d ≥ 1 between neighbouring taps of the kernel.

    Raises:
        ValueError: a parameter is out of its range, or the dilated kernel is larger than the
            padded input, so that there is no window at all.

    Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning" (2016),
    relationship 15.

    >>> output_size(4, 2)
    3
    >>> output_size(5, 3, stride=2, padding=1)
    3
    >>> output_size(6, 2, dilation=2)
    4
    """
    if min(size, kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError(
            f"sizes, stride and dilation start at 1 and padding at 0, got size {size}, "
            f"kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}"
        )
    span = dilation * (kernel - 1) + 1
    padded = size + 2 * padding
    if span > padded:
        raise ValueError(f"the kernel spans {span} entries, the padded input has only {padded}")
    return (padded - span) // stride + 1


def output_shape(
    input_shape: Pair,
    kernel_shape: Pair,
    *,
    stride: Pair = (1, 1),
    padding: Pair = (0, 0),
    dilation: Pair = (1, 1),
) -> Pair:
    """Rows and columns of the output: :func:`output_size` along either axis.

    Raises:
        ValueError: as :func:`output_size` does, naming the axis.

    >>> output_shape((5, 6), (3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2))
    (3, 4)
    """
    sizes = []
    axes = zip(
        ("vertical", "horizontal"),
        input_shape,
        kernel_shape,
        stride,
        padding,
        dilation,
        strict=True,
    )
    for axis, n, k, s, p, d in axes:
        try:
            sizes.append(output_size(n, k, stride=s, padding=p, dilation=d))
        except ValueError as error:
            raise ValueError(f"{axis} axis: {error}") from None
    rows, columns = sizes
    return rows, columns
