"""Whether a text is part of what a tokenizer was trained on."""

from bpeinfer.membership.job import check_member
from bpeinfer.membership.result import MemberCheck, MemberStatus

__all__ = ["MemberCheck", "MemberStatus", "check_member"]
