"""Rules survive TOML and JSON, whatever the headings are."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmcli.errors import UsageError
from crmcli.intake.admit.admission import Policy
from crmcli.intake.mending import carry
from crmcli.intake.profile import Rules, column_of, from_data, from_profile, meanings, over, to_data, to_toml
from crmcli.intake.reading import Hints

headings = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12).map(
    lambda text: text.strip() or "x"
)


@given(st.dictionaries(headings, st.sampled_from(["name", "code", "city", "-"]), max_size=4), headings)
@settings(max_examples=60, deadline=None)
def test_round_trip(maps: dict[str, str], word: str) -> None:
    rules = Rules(
        entity="contacts", maps=tuple(f"{h}={c}" for h, c in maps.items()), constants={"note": word}, missing=(word,), said={"name": {word: "x", "y": ""}},
        hints=Hints("cp1251", "\t", 0, word), decimal=",", dates="mdy", rounded=True, exact=True,
        policy=Policy("update", "clear", "reject", True, word, word, {"name": "max"}),
    )  # fmt: skip
    assert from_data(tomllib.loads(to_toml(rules)), origin="test") == rules
    assert from_data(json.loads(json.dumps(to_data(rules))), origin="test") == rules


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_carried_rules_hold_no_letter_that_a_reader_could_stumble_over(text: str) -> None:
    from urllib.parse import unquote

    carried = carry({"x": text})
    assert not set(carried) & set('",\\;\t|\n\r')
    assert json.loads(unquote(carried)) == {"x": text}


def test_one_heading_may_serve_two_columns() -> None:
    rules = Rules(maps=("A=code", "A=name"))
    assert from_data(tomllib.loads(to_toml(rules)), origin="test").maps == rules.maps


def test_what_is_told_now_wins() -> None:
    kept = Rules(entity="orders", maps=("A=amount", "B=qty"), dates="dmy", missing=("?",), constants={"region": "N"})
    told = Rules(maps=("C=amount", "D=region"), dates="mdy", missing=("x",))
    merged = over(told, kept)
    assert (merged.entity, merged.dates, merged.missing) == ("orders", "mdy", ("?", "x"))
    assert sorted(map(column_of, merged.maps)) == ["amount", "qty", "region"]
    assert "C=amount" in merged.maps
    assert merged.constants == {}


@pytest.mark.parametrize(("text", "hint"), [("az = 'x'", "as"), ("mode = 'upset'", "upsert"), ("decimal = ';'", ".")])
def test_unknown_keys_and_words(tmp_path: Path, text: str, hint: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as refused:
        from_profile(path)
    assert hint in str(refused.value.hint)


def test_no_profile_and_no_toml(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        from_profile(tmp_path / "none.toml")
    (tmp_path / "p.toml").write_bytes(b"\xff = 1")
    with pytest.raises(UsageError, match="no TOML"):
        from_profile(tmp_path / "p.toml")


def test_meanings_of_words() -> None:
    told = ["status:a=b=open", "status: Lost deal = lost ", "note:x:y=", "status:a=b=won"]
    assert meanings(told) == {"status": {"a=b": "won", "Lost deal": "lost"}, "note": {"x:y": ""}}


@pytest.mark.parametrize("text", ["", "status", "status:lost", "status=lost", ":a=b", "status:=b"])
def test_meanings_that_say_nothing(text: str) -> None:
    with pytest.raises(UsageError, match="say it as column:theirs=ours"):
        meanings([text])
