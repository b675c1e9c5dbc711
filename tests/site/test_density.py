"""The drawing of a large archive: counts by period and lane."""

from itertools import pairwise

from correspondence.site.drawings.timeline_counts import densities
from hypothesis import given
from hypothesis import strategies as st

LANES = ["Sellers", "Others"]
COUNTS = st.dictionaries(
    st.tuples(
        st.none() | st.integers(1500, 2100),
        st.none() | st.integers(1, 12),
        st.integers(0, len(LANES) - 1),
    ).filter(lambda key: key[0] is not None or key[1] is None),
    st.integers(1, 50_000),
    min_size=1,
    max_size=80,
)


def drawn(density) -> int:
    """How many letters the cells of a drawing say they hold."""
    return sum(
        int(cell.text.rsplit(": ", 1)[1].split()[0].replace(",", "")) for cell in density.cells
    )


@given(COUNTS)
def test_every_letter_is_drawn_or_said_to_be_undated(counts):
    both = densities(counts, LANES)
    total = sum(counts.values())
    assert total - both.undated <= drawn(both.wide) <= total
    assert total - both.undated <= drawn(both.narrow) <= total


@given(COUNTS)
def test_cells_of_a_lane_are_as_far_apart_as_targets_must_be(counts):
    both = densities(counts, LANES)
    for lane in range(len(LANES)):
        across = sorted(cell.x for cell in both.wide.cells if cell.lane == lane)
        down = sorted(cell.y for cell in both.narrow.cells if cell.lane == lane)
        for places in (across, down):
            assert all(two - one >= 23.9 for one, two in pairwise(places))


def test_a_short_archive_is_drawn_by_months():
    both = densities({(2019, 2, 0): 3, (2021, 12, 1): 1}, LANES)
    assert [(cell.after, cell.before, cell.text) for cell in both.wide.cells] == [
        ("2019-02", "2019-02", "2019-02, Sellers: 3 letters"),
        ("2021-12", "2021-12", "2021-12, Others: 1 letter"),
    ]


def test_a_long_archive_is_drawn_by_decades():
    both = densities({(1703, 2, 0): 3, (1999, None, 1): 1}, LANES)
    assert [(cell.after, cell.before) for cell in both.wide.cells] == [
        ("1700", "1709"),
        ("1990", "1999"),
    ]


def test_a_letter_whose_month_is_unknown_is_counted_apart_where_months_are_drawn():
    both = densities({(2019, None, 0): 4, (2019, 2, 0): 1}, LANES)
    assert (both.undated, both.lacking) == (4, "month")


def test_where_years_are_drawn_only_letters_of_no_year_are_missing():
    both = densities({(1700, None, 0): 4, (1999, 2, 0): 1, (None, None, 1): 2}, LANES)
    assert (both.undated, both.lacking) == (2, "year")


@given(COUNTS)
def test_the_narrow_drawing_does_not_push_the_letters_far_down(counts):
    assert densities(counts, LANES).narrow.height < 800


def test_the_area_of_a_square_is_as_its_count():
    both = densities({(2019, 2, 0): 100, (2019, 6, 0): 25}, LANES)
    many, few = both.wide.cells
    assert many.size == 2 * few.size
