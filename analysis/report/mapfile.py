# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads a map of the physical memory, as results/README.md has the file."""

import array
import struct
import zlib

import numpy as np

MAGIC = b"fragmap\n"
HEAD = struct.Struct("<8s6I4Q")
ZONE = struct.Struct("<i16s4Q")
REPEAT, END, RECENT, LENGTH = 0x00, 0x01, 15, 15

HOLE, KERNEL, RESERVED, SLAB, TABLE, ANON, FILE, THP, HUGETLB, UNEVICTABLE, OFFLINE = range(11)
FREE = 32


class Map:
    """What every frame is used for. Run i is [edges[i], edges[i + 1])."""

    def __init__(self, path):
        with open(path, "rb") as file:
            data = file.read()
        if len(data) < HEAD.size + 5 or not data.startswith(MAGIC):
            raise ValueError(f"{path} is no map")
        (_, version, _, self.page_size, self.order, self.orders, zones,
         self.first, self.frames, self.taken_ns, self.pcp_pages) = HEAD.unpack_from(data)
        if version != 1 or zlib.crc32(data[:-4]) != struct.unpack("<I", data[-4:])[0]:
            raise ValueError(f"{path} is damaged, or of another version")
        kinds, owners, lengths = unpack(data, HEAD.size + zones * ZONE.size)
        self.kinds = np.frombuffer(kinds, dtype=np.uint8)
        self.owners = np.frombuffer(owners, dtype=np.uint8)
        self.edges = self.first + np.concatenate(
            [[0], np.cumsum(np.frombuffer(lengths, dtype=np.int64))])
        if self.edges[-1] != self.first + self.frames:
            raise ValueError(f"{path} does not tell of every frame")

    def at(self, pfns):
        """The number of the run that each of the frames is in."""
        return np.searchsorted(self.edges, pfns, side="right") - 1


def varint(data, at):
    """A number of seven bits a byte, and where the next byte stands."""
    value, shift = 0, 0
    while True:
        byte = data[at]
        value |= (byte & 0x7f) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def unpack(data, at):
    """Kind, owner and length of every run, as bytes and an array; the checksum was right."""
    kinds, owners, lengths = bytearray(), bytearray(), array.array("q")
    recent = [0xffff] * RECENT
    last = None

    def put(rank, length):
        symbol = recent.pop(rank)
        recent.insert(0, symbol)
        kinds.append(symbol & 0xff)
        owners.append(symbol >> 8)
        lengths.append(length)

    def put_again(rank, length, times):
        """A rank that is taken again and again goes round all symbols up to it."""
        count = rank + 1
        cycle, turned = recent[rank::-1], times % count
        kinds.extend((bytes(s & 0xff for s in cycle) * (times // count + 1))[:times])
        owners.extend((bytes(s >> 8 for s in cycle) * (times // count + 1))[:times])
        lengths.extend(array.array("q", [length]) * times)
        recent[:count] = recent[count - turned:count] + recent[:count - turned]

    while data[at] != END:
        token, at = data[at], at + 1
        if token == REPEAT:
            times, at = varint(data, at)
            put_again(*last, times)
            continue
        rank, length = token >> 4, token & 0x0f
        last = (rank, length) if rank < RECENT and length else None
        if rank == RECENT:
            rank = RECENT - 1
            recent[rank] = data[at] | data[at + 1] << 8
            at += 2
        if not length:
            length, at = varint(data, at)
            length += LENGTH + 1
        put(rank, length)
    return kinds, owners, lengths
