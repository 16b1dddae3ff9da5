"""Every category of the starter pack, in the order in which they are built."""

from __future__ import annotations

from catalogue import Category
from english import ENGLISH
from languages import LANGUAGES
from neutral import NEUTRAL, NOTATIONS
from programming import CODE

CATEGORIES: tuple[Category, ...] = (*ENGLISH, *LANGUAGES, *CODE, *NEUTRAL, *NOTATIONS)
