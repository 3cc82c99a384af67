import pytest

from lms.core.errors import Invalid
from lms.core.people.phones import clean_phone, mask_phone


@pytest.mark.parametrize("typed", ["１９９００００００８０", "199-0000-0080", "199 0000 0080", "+8619900000080",
                                   "0086 19900000080", "'19900000080", "19900000080  ",
                                   "\u202d19900000080\u202c", "19900000080.0"])
def test_a_number_is_understood_however_it_was_typed(typed):
    assert clean_phone(typed) == "19900000080"


@pytest.mark.parametrize("empty", ["", "  ", "\u200b", None])
def test_no_number_is_no_fault(empty):
    assert clean_phone(empty) is None


@pytest.mark.parametrize("typed", ["1.99E+10", "1.99e10", "'1.99E+10"])
def test_a_number_that_excel_rounded_is_never_guessed(typed):
    with pytest.raises(Invalid) as refused:
        clean_phone(typed)
    assert refused.value.code == "phone_rounded"


@pytest.mark.parametrize("typed", ["1990000008", "199000000800", "0421-555666", "abc", "29900000080", "=1+1", "٠١٢"])
def test_anything_else_is_refused_with_what_was_given(typed):
    with pytest.raises(Invalid) as refused:
        clean_phone(typed)
    assert refused.value.code == "phone_wrong"


def test_a_masked_number_keeps_what_tells_people_apart():
    assert mask_phone("19900000001") == "199****0001"
    assert mask_phone(None) == ""
