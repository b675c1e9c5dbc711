"""Names of what is new: the first number that is free, however many have the same."""

from correspondence.new_letter.context import Numbering
from hypothesis import given
from hypothesis import strategies as st


@given(st.lists(st.sampled_from(["a", "b", "a-2", "b-3"]), max_size=30))
def test_every_name_is_free_and_has_the_first_number_that_is(names):
    numbering, taken = Numbering(), {"a-3"}
    for name in names:
        candidates = [name, *(f"{name}-{number}" for number in range(2, 40))]
        first = next(candidate for candidate in candidates if candidate not in taken)
        assert numbering.free(name, taken) == first
        taken.add(first)
