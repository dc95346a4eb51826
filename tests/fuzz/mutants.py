"""Mutants of files: bytes flipped, pieces cut out, doubled, moved, taken from another file, and tokens that matter."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence

LONG = bool(os.environ.get("APKGRAPH_LONG"))
MUTANTS = 10_000 if LONG else 100


def mutants(corpus: Sequence[bytes], tokens: Sequence[bytes], seed: int, count: int = MUTANTS) -> Iterator[bytes]:
    """`count` mutants of the files of a corpus, each by a seed of its own, so that any one can be made again."""
    for number in range(count):
        choose = random.Random(f"{seed}-{number}")
        yield mutant(choose.choice(corpus), corpus, tokens, choose)


def mutant(data: bytes, corpus: Sequence[bytes], tokens: Sequence[bytes], choose: random.Random) -> bytes:
    """A file with one to thirteen wounds."""
    wounded = bytearray(data)
    for _ in range(choose.choice((1, 1, 2, 3, 5, 8, 13))):
        wounded = wounded or bytearray(b"\n")
        start = choose.randrange(len(wounded))
        end = start + choose.randint(1, choose.choice((4, 60, 600)))
        piece = bytes(wounded[start:end])
        match choose.randrange(8):
            case 0:
                wounded[start] ^= 1 << choose.randrange(8)
            case 1:
                del wounded[start:end]
            case 2:
                wounded[start:start] = piece * choose.choice((1, 1, 1, 3, 30))
            case 3:
                del wounded[start:end]
                place = choose.randrange(len(wounded) + 1)
                wounded[place:place] = piece
            case 4:
                other = choose.choice(corpus)
                begin = choose.randrange(len(other))
                wounded[start:start] = other[begin : begin + choose.randint(1, 300)]
            case _:
                wounded[start:start] = choose.choice(tokens) * choose.choice((1, 1, 1, 1, 2, 50))
    return bytes(wounded)
