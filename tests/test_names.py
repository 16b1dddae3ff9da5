"""One name for one thing: an option of the command line has the name of its Python parameter."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

import names


def test_every_command_has_a_twin_in_python_or_is_about_the_machine():
    assert set(names.commands()) == names.TWINS.keys() | names.WITHOUT_TWIN


@pytest.mark.parametrize("command", names.TWINS)
def test_options_have_the_names_of_parameters_but_for_stated_exceptions(command):
    for option in names.options(command):
        assert bool(names.by_rule(command, option)) != bool(names.exception(command, option)), option


def test_no_exception_and_no_note_on_values_is_left_over():
    options = {(command, option) for command in names.TWINS for option in names.options(command)}
    assert {key for key in names.EXCEPTIONS if key[0]} <= options
    listed = {option for command, option in names.EXCEPTIONS if not command} | names.VALUES.keys()
    assert listed <= {option for _, option in options}


def test_the_page_is_as_written_by_the_tool():
    assert names.PAGE.read_text("utf-8") == names.page(), "run python tools/names.py"
