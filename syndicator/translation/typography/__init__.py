"""Write a translation as its language is written: quotation marks, dashes, figures, dates, abbreviations.

Knows Russian and English; leaves texts in any other language alone. House style where usage varies:

- Russian: «…„…“…»; a dash stands between a no-break space and a space; 3500, 12 500 and 3,5 with no-break spaces;
  5 % with a no-break space; № 5.
- English: “…‘…’…”; an em dash is closed up, as the United Nations Editorial Manual has it; 3,500 and 3.5; 5%; No. 5;
  24 November 2026.
- Both: ranges of figures have an en dash.

Nothing here changes the value of a number, an apostrophe, or what is carried over letter for letter.
"""

from syndicator.translation.typography.repair import repair_numbers
from syndicator.translation.typography.typesetting import typeset

__all__ = ["repair_numbers", "typeset"]
