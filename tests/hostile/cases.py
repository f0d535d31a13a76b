"""All cases of the hostile origin."""

from hostile.bodies import codings, endless, lengths, slow
from hostile.case import Case
from hostile.heads import fields, protocols, redirects, statuses

CASES = tuple(
    Case(name=name, act=act, outcome=outcome)
    for group in (slow, endless, codings, lengths, redirects, statuses, fields, protocols)
    for name, act, outcome in group()
)
