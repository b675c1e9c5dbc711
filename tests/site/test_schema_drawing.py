"""The drawing of the tables: every table and every reference once, and nothing upon another."""

import re
from itertools import combinations

import pytest
from correspondence.site.drawings.schema import Drawing, Entity, draw


def entity(name: str, *references: str) -> Entity:
    return Entity(name, tuple((f"to_{table}", table) for table in references))


SCHEMAS = {
    "nothing": [],
    "one": [entity("one")],
    "itself": [entity("one", "one")],
    "circle": [entity("a", "b"), entity("b", "c"), entity("c", "a")],
    "pair": [entity("a", "b"), entity("b", "a")],
    "elsewhere": [entity("a", "b", "b"), entity("b")],
    "long way": [entity("a"), entity("b", "a"), entity("c", "b"), entity("d", "c", "a", "b")],
    "hub": [entity("hub"), *(entity(f"t{n}", "hub", "other") for n in range(12)), entity("other")],
    "apart": [*(entity(f"t{n}") for n in range(9)), entity("x", "y"), entity("y")],
}
every_schema = pytest.mark.parametrize("entities", SCHEMAS.values(), ids=SCHEMAS.keys())


@every_schema
def test_every_table_has_a_box_and_every_reference_a_line(entities: list[Entity]) -> None:
    drawing = draw(entities)
    assert sorted(box.name for box in drawing.boxes) == sorted(e.name for e in entities)
    assert len(drawing.lines) == sum(len(e.references) for e in entities)
    rows = {box.name: [column for column, _ in box.rows] for box in drawing.boxes}
    assert rows == {e.name: [column for column, _ in e.references] for e in entities}


@every_schema
def test_no_box_lies_upon_another_and_all_within_the_drawing(entities: list[Entity]) -> None:
    drawing = draw(entities)
    for one, other in combinations(drawing.boxes, 2):
        beside = abs(one.x - other.x) >= drawing.box_width
        above = one.y + one.height < other.y or other.y + other.height < one.y
        assert beside or above, (one, other)
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - drawing.box_width
        assert 0 <= box.y <= drawing.height - box.height
        assert all(box.y < y < box.y + box.height for _, y in box.rows)


@every_schema
def test_lines_lead_from_a_column_to_the_box_that_it_names(entities: list[Entity]) -> None:
    drawing = draw(entities)
    assert sorted(ends(drawing)) == sorted(
        (e.name, table) for e in entities for _, table in e.references
    )


@every_schema
def test_the_same_tables_make_the_same_drawing(entities: list[Entity]) -> None:
    assert draw(entities) == draw(list(entities))


def test_tables_stand_right_of_what_they_refer_to() -> None:
    x = {box.name: box.x for box in draw(SCHEMAS["long way"]).boxes}
    assert x["a"] < x["b"] < x["c"] < x["d"]


def ends(drawing: Drawing) -> list[tuple[str, str]]:
    """The tables at both ends of each line, found by where they are."""
    found = []
    for line in drawing.lines:
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", line)]
        x, y, to_x, to_y = *numbers[:2], *numbers[-2:]
        start = next(
            b for b in drawing.boxes if y in [h for _, h in b.rows] and x in sides(b.x, drawing)
        )
        end = next(b for b in drawing.boxes if b.middle == to_y and to_x in sides(b.x, drawing))
        found.append((start.name, end.name))
    return found


def sides(x: float, drawing: Drawing) -> tuple[float, float]:
    return x, x + drawing.box_width
