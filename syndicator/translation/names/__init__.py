"""Spell the names of persons alike in all articles: by one transliteration standard, with a table of exceptions.

Knows Russian and English. A name's spelling follows from the name, the standard and the table alone, so that one person
has one spelling everywhere. What is not sure is left as the engine wrote it: a wrong name is worse than an odd one.

Standards for Russian names in English texts:

- `bgn`: BGN/PCGN 1947 as English newspapers write it: no signs for ь and ъ, -y for -ий and -ый, yo for ё (e after ж, ч,
  ш, щ), and the usual English forms of first names and of well-known persons (Alexander, Sergei, Tchaikovsky) that the
  table `names.csv` lists;
- `icao`: Doc 9303, as in passports (Aleksandr, Sergei, Chaikovskii);
- `iso9`: ISO 9:1995, one letter for one letter (Aleksandr, Sergej, Čajkovskij).

Under `icao` and `iso9` the table holds for persons who are no Russians: Guterres is Guterres under any.
"""

from syndicator.translation.names.namebook import NameBook
from syndicator.translation.names.persons import NamePart, Person, Role

__all__ = ["NameBook", "NamePart", "Person", "Role"]
