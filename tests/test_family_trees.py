"""The family trees: what kinship says of itself, and files that say something else."""

from itertools import product

import numpy as np
import pytest

from course_utils.datasets import family_trees
from course_utils.datasets.family_trees import ENGLISH, ITALIAN, PEOPLE, RELATIONS

TREES = family_trees()
OF = {(person, relation): set(relatives) for person, relation, relatives in TREES.cases}


def of(person, relation):
    return OF.get((person, relation), set())


def test_there_are_24_people_12_relations_104_cases_and_112_facts():
    assert len(set(PEOPLE)) == len(TREES.people) == 24
    assert len(set(RELATIONS)) == len(TREES.relations) == 12
    assert TREES.X.shape == (104, 36)
    assert TREES.Y.shape == (104, 24)
    assert TREES.Y.sum() == 112


def test_each_row_asks_for_one_relation_of_one_person():
    assert (TREES.X[:, :24].sum(axis=1) == 1).all()
    assert (TREES.X[:, 24:].sum(axis=1) == 1).all()
    for x, y, (person, relation, relatives) in zip(TREES.X, TREES.Y, TREES.cases, strict=True):
        assert PEOPLE[x[:24].argmax()] == person
        assert RELATIONS[x[24:].argmax()] == relation
        assert {PEOPLE[i] for i in np.flatnonzero(y)} == set(relatives)


def test_the_two_families_have_one_shape():
    other = dict(zip(ENGLISH, ITALIAN, strict=True))
    for person, relation in product(ENGLISH, RELATIONS):
        assert of(other[person], relation) == {other[p] for p in of(person, relation)}


def test_marriages_and_siblings_are_mutual():
    for person in PEOPLE:
        for wife in of(person, "wife"):
            assert of(wife, "husband") == {person}
        for child in of(person, "son") | of(person, "daughter"):
            assert person in of(child, "father") | of(child, "mother")
        for sibling in of(person, "brother") | of(person, "sister"):
            assert person in of(sibling, "brother") | of(sibling, "sister")
            assert of(sibling, "mother") == of(person, "mother")


def test_uncles_are_parents_brothers_or_the_husbands_of_their_sisters():
    for person in PEOPLE:
        parents = of(person, "father") | of(person, "mother")
        brothers = set().union(*(of(p, "brother") for p in parents))
        sisters = set().union(*(of(p, "sister") for p in parents))
        assert of(person, "uncle") == brothers.union(*(of(s, "husband") for s in sisters))
        assert of(person, "aunt") == sisters.union(*(of(b, "wife") for b in brothers))
        for child in of(person, "nephew") | of(person, "niece"):
            assert person in of(child, "uncle") | of(child, "aunt")


@pytest.mark.parametrize(
    ("person", "relation", "relatives"),
    [  # Colin's two aunts and two uncles are the example of the paper's authors
        ("Colin", "aunt", {"Jennifer", "Margaret"}),
        ("Colin", "uncle", {"Charles", "Arthur"}),
        ("Victoria", "husband", {"James"}),
        ("Penelope", "son", {"Arthur"}),
        ("Alfonso", "sister", {"Sophia"}),
        ("Gina", "husband", {"Emilio"}),
    ],
)
def test_known_facts(person, relation, relatives):
    assert of(person, relation) == relatives


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["Colin,mother,Victoria", "Collin,father,James"], "line 3: nobody is called 'Collin'"),
        (["Colin,mother,victoria"], "line 2: nobody is called 'victoria'"),
        (["Colin,mother,Victoria", "Colin,cousin,James"], "line 3: 'cousin' is no relation"),
        (["Colin,mother"], "line 2: 2 entries"),
        (["Colin,mother,Victoria", "Colin,mother,Victoria"], "line 3: that Victoria is Colin's"),
    ],
)
def test_a_bad_line_is_named(tmp_path, lines, message):
    path = tmp_path / "trees.csv"
    path.write_text("\n".join(["person,relation,relative", *lines]), encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        family_trees(path)


def test_other_columns_are_refused(tmp_path):
    path = tmp_path / "trees.csv"
    path.write_text("who,what\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1: the columns are who,what"):
        family_trees(path)
    path.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match="line 1: the columns are missing"):
        family_trees(path)
