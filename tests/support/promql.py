"""What a PromQL expression asks for, as far as ours go: names of metrics, and labels."""

import re
from dataclasses import dataclass

_STRING = re.compile(r'"[^"]*"')
_MATCHERS = re.compile(r"\{([^}]*)\}")
_RANGE = re.compile(r"\[[^\]]*\]")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
_NAME = re.compile(r"(?<![\w$])[a-zA-Z_][\w:]*\b(?!\s*\()")
_WORDS = {"and", "or", "unless", "bool", "offset"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an expression names."""

    metrics: frozenset[str]
    labels: frozenset[str]


def asked(expression: str) -> Asked:
    """Return the metrics and labels that an expression names; `label_values(metric, label)` of Grafana, too."""
    text = _STRING.sub('""', expression)
    labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", " ".join(_MATCHERS.findall(text))))
    text = _RANGE.sub("", _MATCHERS.sub("", text))
    for listed in _GROUPING.findall(text):
        labels |= {one.strip() for one in listed.split(",") if one.strip()}
    text = _GROUPING.sub("", text)
    if values := re.fullmatch(r"label_values\(\s*(\w+)\s*,\s*(\w+)\s*\)", text):
        return Asked(metrics=frozenset({values[1]}), labels=frozenset({*labels, values[2]}))
    return Asked(metrics=frozenset(set(_NAME.findall(text)) - _WORDS), labels=frozenset(labels))
