"""The tables of data/: every row is whole, in order, and says where it comes from."""

import re

import numpy as np
import pytest

from course_utils.datasets import facts

COLUMNS = {
    "timeline": ["year", "who", "what", "strand", "source"],
    "top500": [
        "rank",
        "system",
        "country",
        "first_listed",
        "cores",
        "rmax_pflops",
        "rpeak_pflops",
        "power_kw",
        "processor",
        "accelerator",
        "source",
    ],
    "top500_first": ["year", "system", "country", "rmax_gflops", "power_kw", "source"],
}
STRANDS = {"symbols", "perceptrons", "gradients", "deep networks"}


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_are_those_that_are_documented(name):
    assert list(facts(name)) == COLUMNS[name]


@pytest.mark.parametrize("name", COLUMNS)
def test_every_row_has_a_source_with_a_year(name):
    for source in facts(name)["source"]:
        assert re.search(r"\b(19|20)\d\d\b", source), source


@pytest.mark.parametrize("name", COLUMNS)
def test_no_text_is_empty_or_padded(name):
    for column in facts(name).values():
        if column.dtype.kind == "U":
            assert all(text and text == text.strip() for text in column)


# ---------------------------------------------------------------- timeline


def test_the_timeline_runs_forward_through_four_strands():
    table = facts("timeline")
    assert (np.diff(table["year"]) >= 0).all()
    assert set(table["strand"]) == STRANDS
    pairs = list(zip(table["who"], table["what"], strict=True))
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize(
    ("who", "year"),
    [
        ("McCulloch, Pitts", 1943),
        ("Rosenblatt", 1958),
        ("Widrow, Hoff", 1960),
        ("Kelley", 1960),
        ("Bryson", 1961),
        ("Minsky, Papert", 1969),
        ("Linnainmaa", 1970),
        ("Werbos", 1974),
        ("Werbos", 1982),
        ("LeCun", 1985),
        ("Parker", 1985),
        ("Rumelhart, Hinton, Williams", 1986),
        ("LeCun, Bottou, Bengio, Haffner", 1998),
        ("Hinton, Salakhutdinov", 2006),
        ("Krizhevsky, Sutskever, Hinton", 2012),
    ],
)
def test_the_timeline_names_those_who_belong_there(who, year):
    table = facts("timeline")
    assert ((table["who"] == who) & (table["year"] == year)).sum() == 1


def test_a_source_is_not_older_than_its_row():
    table = facts("timeline")
    for year, source in zip(table["year"], table["source"], strict=True):
        years = [int(found) for found in re.findall(r"\((?:\w+ )?((?:19|20)\d\d)\b", source)]
        assert years, source
        assert max(years) >= year, source


# ---------------------------------------------------------------- Top 500


def test_the_top_500_are_the_nine_rows_of_the_lecture():
    table = facts("top500")
    assert table["rank"].tolist() == list(range(1, 10))
    assert (np.diff(table["rmax_pflops"]) < 0).all()
    assert (table["rmax_pflops"] < table["rpeak_pflops"]).all()
    assert table["cores"].sum() == 36_329_856
    assert table["power_kw"].sum() == 104_162
    assert table["first_listed"].min() == 2016
    assert table["first_listed"].max() == 2022


@pytest.mark.parametrize(
    ("system", "gflops_per_watt"),
    [("Frontier", 52.59), ("LUMI", 51.38), ("Leonardo", 32.24), ("Fugaku", 14.78),
     ("Sunway TaihuLight", 6.05)],
)  # fmt: skip
def test_efficiency_is_what_the_green_500_says(system, gflops_per_watt):
    table = facts("top500")
    (row,) = np.flatnonzero(table["system"] == system)
    efficiency = 1e3 * table["rmax_pflops"][row] / table["power_kw"][row]
    assert efficiency == pytest.approx(gflops_per_watt, abs=0.01)


def test_only_fugaku_and_taihulight_have_no_accelerator():
    table = facts("top500")
    without = table["system"][table["accelerator"] == "none"]
    assert without.tolist() == ["Fugaku", "Sunway TaihuLight"]


def test_the_first_of_june_2023_is_the_same_in_both_tables():
    first, table = facts("top500_first"), facts("top500")
    assert first["system"][-1] == table["system"][0]
    assert first["rmax_gflops"][-1] == 1e6 * table["rmax_pflops"][0]
    assert first["power_kw"][-1] == table["power_kw"][0]
