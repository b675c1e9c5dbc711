"""The tables of a database as a drawing: boxes in columns, and lines from what refers to what.

Geometry alone, in pixels. Tables that refer to others stand to the right of these; those that
refer to nothing and are referred to by nothing stand apart below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

NAME_LETTER = 7.9  # the widths of a letter in a name and in a column, set in monospace
COLUMN_LETTER = 7.3
MARGIN = 9
LINE = 18
HEAD = 25
GAP = 84
SPACE = 12
_SWEEPS = 8


@dataclass(frozen=True)
class Entity:
    """A table to be drawn, with what it refers to: column and table."""

    name: str
    references: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Box:
    """A table as drawn; ``rows`` are its referring columns with the heights of their texts."""

    name: str
    x: float
    y: float
    height: float
    rows: tuple[tuple[str, float], ...]

    @property
    def middle(self) -> float:
        """The height at which lines arrive."""
        return self.y + HEAD / 2


@dataclass(frozen=True)
class Drawing:
    """Boxes and the paths of the lines between them, with the size of a box and of the whole."""

    box_width: float
    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


@dataclass
class _Node:
    """A box, or the place where a line passes through a column of boxes."""

    name: str
    layer: int
    height: float
    y: float = 0


def draw(entities: Sequence[Entity]) -> Drawing:
    """Lay out the tables and the lines between them."""
    by_name = {entity.name: entity for entity in entities}
    pointed_at = {table for entity in entities for _, table in entity.references}
    joined = [e for e in entities if e.references or e.name in pointed_at]
    apart = [entity for entity in entities if entity not in joined]
    layers = _layers(joined)
    columns, chains = _with_passages(joined, layers)
    _order(columns, chains)
    _place(columns, chains)
    nodes = {node.name: node for column in columns for node in column}
    width = _width(entities)
    boxes = {
        name: _box(by_name[name], node.layer * (width + GAP), node.y)
        for name, node in nodes.items()
        if name in by_name
    }
    bottom = max((node.y + node.height + 2 * SPACE for node in nodes.values()), default=0)
    everything = (*boxes.values(), *_apart(apart, max(len(columns), 1), width, bottom))
    return Drawing(
        box_width=width,
        width=max((box.x + width for box in everything), default=0) + 1,
        height=max((box.y + box.height for box in everything), default=0) + 1,
        boxes=everything,
        lines=tuple(_lines(joined, boxes, nodes, chains, width)),
    )


def _width(entities: Sequence[Entity]) -> float:
    """So much that the longest text has room."""
    names = [len(entity.name) * NAME_LETTER for entity in entities]
    columns = [len(text) * COLUMN_LETTER for entity in entities for text, _ in entity.references]
    return round(max((*names, *columns), default=0)) + 2 * MARGIN


def _layers(entities: Sequence[Entity]) -> dict[str, int]:
    """The column of each table: right of all that it refers to, and the lines short in all."""
    targets = {e.name: {table for _, table in e.references} - {e.name} for e in entities}
    layers: dict[str, int] = {}

    def depth(name: str, above: frozenset[str]) -> int:
        if name not in layers:
            others = (targets[name] & targets.keys()) - above
            found = 1 + max((depth(other, above | {name}) for other in others), default=-1)
            layers[name] = found
        return layers[name]

    for entity in entities:
        depth(entity.name, frozenset({entity.name}))
    pairs = [(name, target) for name, found in targets.items() for target in sorted(found)]
    shortened = True
    while shortened:
        shortened = any(_moved_right(name, layers, pairs) for name in layers)
    return layers


def _moved_right(name: str, layers: dict[str, int], pairs: Sequence[tuple[str, str]]) -> bool:
    """Move a table, and those that would come to stand under it, if that makes lines shorter."""
    moving = {name}
    for _ in layers:
        moving |= {
            one for one, target in pairs if target in moving and layers[one] == layers[target] + 1
        }
    longer = sum(one in moving for one, _ in pairs) - sum(target in moving for _, target in pairs)
    if longer >= 0 or max(layers[one] for one in moving) == max(layers.values()):
        return False
    layers.update({one: layers[one] + 1 for one in moving})
    return True


Chains = Mapping[tuple[str, str], Sequence[str]]


def _with_passages(
    entities: Sequence[Entity], layers: Mapping[str, int]
) -> tuple[list[list[_Node]], Chains]:
    """The boxes by column, with a passage wherever a line crosses a column, and the lines' ways."""
    columns: list[list[_Node]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for entity in entities:
        layer = layers[entity.name]
        columns[layer].append(_Node(entity.name, layer, _height(entity)))
    chains: dict[tuple[str, str], list[str]] = {}
    for entity in entities:
        for target in dict.fromkeys(table for _, table in entity.references):
            way = [entity.name]
            for layer in range(layers[entity.name] - 1, layers[target], -1):
                way.append(f"{entity.name} to {target} through {layer}")
                columns[layer].append(_Node(way[-1], layer, LINE / 2))
            chains[entity.name, target] = [*way, target]
    return columns, chains


def _neighbours(chains: Chains) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for way in chains.values():
        for one, other in pairwise(way):
            if one != other:
                found.setdefault(one, []).append(other)
                found.setdefault(other, []).append(one)
    return found


def _order(columns: list[list[_Node]], chains: Chains) -> None:
    """Bring each column into the order of its neighbours, so that few lines cross."""
    neighbours = _neighbours(chains)
    for sweep in range(_SWEEPS):
        forth = sweep % 2 == 0
        for column in columns if forth else reversed(columns):
            places = {
                node.name: place / max(len(other) - 1, 1)
                for other in columns
                for place, node in enumerate(other)
                if other is not column
            }
            own = {node.name: place / max(len(column) - 1, 1) for place, node in enumerate(column)}
            column.sort(key=lambda node: _mean(neighbours.get(node.name, ()), places, own))


def _mean(names: Iterable[str], places: Mapping[str, float], own: Mapping[str, float]) -> float:
    found = [places[name] for name in names if name in places]
    return sum(found) / len(found) if found else sum(own.values()) / len(own)


def _place(columns: list[list[_Node]], chains: Chains) -> None:
    """Give each box its place: the tallest column first, then others beside it."""
    if not columns:
        return
    neighbours = _neighbours(chains)
    tallest = max(columns, key=_total)
    _stack(tallest, [0.0] * len(tallest), _total(tallest))
    placed = {node.name: node for node in tallest}
    start = columns.index(tallest)
    for column in (*columns[start + 1 :], *reversed(columns[:start])):
        wanted = []
        for node in column:
            near = [placed[n] for n in neighbours.get(node.name, ()) if n in placed]
            middle = sum(n.y + n.height / 2 for n in near) / len(near) if near else 0
            wanted.append(middle - node.height / 2)
        _stack(column, wanted, _total(tallest))
        placed.update((node.name, node) for node in column)


def _total(column: Sequence[_Node]) -> float:
    return sum(node.height + SPACE for node in column) - SPACE


def _stack(column: Sequence[_Node], wanted: Sequence[float], limit: float) -> None:
    """Put boxes one below the other, as near to the wanted heights as there is room."""
    free = 0.0
    for node, y in zip(column, wanted, strict=True):
        node.y = max(y, free)
        free = node.y + node.height + SPACE
    free = limit
    for node in reversed(column):
        node.y = min(node.y, free - node.height)
        free = node.y - SPACE


def _height(entity: Entity) -> float:
    return HEAD + LINE * len(entity.references) + (6 if entity.references else 0)


def _box(entity: Entity, x: float, y: float) -> Box:
    rows = tuple(
        (column, y + HEAD + LINE * (place + 0.5) + 2)
        for place, (column, _) in enumerate(entity.references)
    )
    return Box(entity.name, x + 1, y + 1, _height(entity), tuple((c, h + 1) for c, h in rows))


def _apart(entities: Sequence[Entity], columns: int, width: float, top: float) -> list[Box]:
    """Tables without lines, in rows below the others."""
    return [
        _box(
            entity,
            place % columns * (width + GAP),
            top + place // columns * (HEAD + SPACE),
        )
        for place, entity in enumerate(entities)
    ]


def _lines(
    entities: Sequence[Entity],
    boxes: Mapping[str, Box],
    nodes: Mapping[str, _Node],
    chains: Chains,
    width: float,
) -> Iterable[str]:
    for entity in entities:
        box = boxes[entity.name]
        for (_, target), (_, y) in zip(entity.references, box.rows, strict=True):
            if target == entity.name:
                yield _loop(box, y, width)
                continue
            between = chains[entity.name, target][1:-1]
            passages = [(nodes[n].layer * (width + GAP), nodes[n].y + LINE / 4) for n in between]
            yield _line(box.x, y, passages, boxes[target], width)


def _line(
    x: float, y: float, passages: Iterable[tuple[float, float]], end: Box, width: float
) -> str:
    """From a column of a box to the left, through passages, to the right side of another box."""
    path = [f"M{x:g} {y:g}"]
    for left, height in passages:
        path.append(f"{_curve(x, y, left + width, height)}H{left:g}")
        x, y = left, height
    path.append(_curve(x, y, end.x + width, end.middle))
    return "".join(path)


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    half = (x + to_x) / 2
    return f"C{half:g} {y:g} {half:g} {to_y:g} {to_x:g} {to_y:g}"


def _loop(box: Box, y: float, width: float) -> str:
    """From a column of a box to the box itself."""
    right, out = box.x + width, box.x + width + GAP / 3
    return f"M{right:g} {y:g}C{out:g} {y:g} {out:g} {box.middle:g} {right:g} {box.middle:g}"
