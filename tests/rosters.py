"""A small exam with a secret, and a roster of four."""

from pathlib import Path

SECRET = "8f14e45fceea167a5a36dedd4bea2543"  # noqa: S105 - of these tests alone
SPEC = f"""title = "Exam"
secret = "{SECRET}"
seed = 5
[[task]]
number = 1
title = "Pooling"
[[task.part]]
problem = "pooling"
items = ["max_forward", "average_forward"]
"""
ROSTER = """id,name,group
s1,Łukasz Żółć,A
s2,Nguyễn Thị Ánh,A
s3,王小明,B
s4,Maeve O'Neill,B
"""


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "students.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
