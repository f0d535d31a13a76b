"""Understand one line of the metadata that stand above and below a press release.

Knows section words, dates, view counters and source lines, in Russian and English; refuses to know where they stand.
"""

import re
from dataclasses import dataclass, fields, replace
from datetime import datetime

from syndicator.sources.dateline import parse_date

_SECTIONS = frozenset(
    """
    news|latest news|top news|news and events|news & events|news room|newsroom|news item|news release|news story|press
    press release|press releases|press statement|press statements|press centre|press center|press room|press office
    press briefing|press communiqué|communiqué|communique|media|media release|media releases|media advisory|media centre
    media center|announcement|announcements|statement|statements|event|events|article|articles|story|stories|feature
    features|interview|interviews|speech|speeches|publication|publications|report|reports|opinion|blog|update|updates
    highlights|world|politics|economy|business|society|culture|science|science and technology|technology|education
    health|sport|sports|weather|environment|science & technology|note to correspondents|information|official
    новости|новость|главные новости|последние новости|новости дня|лента новостей|новости и события|события|событие
    пресс-релиз|пресс-релизы|пресс релиз|пресс-центр|пресс-служба|пресс-бюро|для сми|сми|сообщение|сообщения
    сообщение для печати|сообщение для сми|информационное сообщение|анонс|анонсы|объявление|объявления|заявление
    заявления|интервью|выступление|выступления|публикация|публикации|статья|статьи|репортаж|репортажи|комментарий
    комментарии|мнение|мнения|обзор|обзоры|хроника|официально|официальная хроника|коммюнике|информация|в мире|мир
    политика|экономика|бизнес|общество|культура|наука|наука и техника|технологии|образование|здоровье|здравоохранение
    спорт|погода|экология|медиа
    """.strip()
    .replace("\n", "|")
    .replace("    ", "")
    .split("|")
)
_NUMBERED = re.compile(r"(?:(?:press|media|news) release|пресс-релиз|statement|заявление) (?:no\.?|nr\.?|№) ?[\w/.-]+")
_NAMED_SECTION = re.compile(r"(?:section|category|рубрика|раздел|категория) ?: ?(?P<section>.{1,60})", re.IGNORECASE)
_CRUMBS = frozenset({"home", "main", "main page", "главная", "главная страница"})
_COUNT = r"(?:\d{1,3}(?:[ \xa0\u202f,.]\d{3})+|\d{1,9})"
_BARE_COUNT = re.compile(_COUNT)
_LABELLED_COUNT = re.compile(
    r"(?:views?|hits|reads?|просмотр(?:ы|ов)|количество просмотров|число просмотров|прочитано) ?[:–—-]? ?"
    rf"{_COUNT}(?: раза?| times)?|{_COUNT} (?:views?|hits|reads|просмотр(?:а|ов)?)"
)
_BETWEEN_PARTS = re.compile(r" ?[|•»›] ?| [·/>–—-] ")
_SECTION_AND_DATE = re.compile(r"(?P<section>\D+?),? (?P<date>\d.*)")
_PLACE_AND_DATE = re.compile(r"[^\W\d_][^\d,;:!?]{1,40}, (?P<date>.*\d.*)")
LINK = re.compile(r"<?(?:https?://|www\.)\S+>?", re.IGNORECASE)
CREDIT = re.compile(r"(?:sources?|источники?|источник информации)(?: ?:| [–—-](?= |$)) ?(?P<name>.*)", re.IGNORECASE)
_AUTHOR = re.compile(r"(?:authors?|авторы?|written by)(?: ?: ?| – )(?P<name>[^\d:]{1,100}[^\d:.])", re.IGNORECASE)
_LONGEST_CREDIT = 150
_LONGEST_LINE = 200
_MOST_WORDS_OF_SENTENCE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What lines of metadata say; None and False: nothing."""

    section: str | None = None
    published: datetime | None = None
    labelled_count: bool = False
    bare_count: bool = False
    credit: str | None = None
    author: str | None = None
    place: str | None = None
    """The whole line that names a place beside the date; it opens the body."""

    def kinds(self) -> set[str]:
        """Return what the lines tell of: a second line of the same kind is text."""
        count = self.labelled_count or self.bare_count
        told = {"section": self.section, "date": self.published, "count": count, "credit": self.credit}
        told["author"] = self.author
        return {kind for kind, value in told.items() if value}

    def plus(self, other: "Facts") -> "Facts":
        """Return both; this one's where both tell the same."""
        missing = [field.name for field in fields(self) if not getattr(self, field.name)]
        return replace(self, **{name: getattr(other, name) for name in missing})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads lines of one text; `now` and the text's language decide what a date means."""

    now: datetime
    is_english: bool

    def read(self, line: str) -> Facts | None:
        """Return what the line says if it is nothing but metadata, perhaps several parts of it, else None."""
        if len(line) > _LONGEST_LINE:
            return None
        fact = self._part(line)
        if fact:
            return fact
        parts = [part for part in _BETWEEN_PARTS.split(line) if part]
        match = _SECTION_AND_DATE.fullmatch(line)
        if len(parts) == 1 and match:
            parts = [match["section"], match["date"]]
        if len(parts) > 1 and all(part.casefold() in _CRUMBS or _section(part) for part in parts):
            words = [part for part in parts if part.casefold() not in _CRUMBS]
            return Facts(section=" / ".join(words) or line)  # a path through the site, or a word in two languages
        facts = Facts()
        for part in parts:
            is_crumb = part.casefold() in _CRUMBS and len(parts) > 1
            fact = Facts() if is_crumb else self._part(part)
            if fact is None or fact.kinds() & facts.kinds() or (fact.bare_count and not facts.kinds()):
                return None
            facts = facts.plus(fact)
        return facts if facts.kinds() else None

    def _part(self, part: str) -> Facts | None:
        """Return the one thing that a line, or a part of one, says if it is metadata, else None."""
        return _section(part) or _count(part) or self._date(part) or _credit(part) or _author(part)

    def _date(self, part: str) -> Facts | None:
        published = parse_date(part, now=self.now, is_english=self.is_english)
        if published:
            return Facts(published=published)
        place = _PLACE_AND_DATE.fullmatch(part)
        published = parse_date(place["date"], now=self.now, is_english=self.is_english) if place else None
        return Facts(published=published, place=part) if published else None


def _section(part: str) -> Facts | None:
    named = _NAMED_SECTION.fullmatch(part)
    word = named["section"] if named else part.strip(" :.[]")
    folded = word.casefold()
    return Facts(section=word) if named or folded in _SECTIONS or _NUMBERED.fullmatch(folded) else None


def _count(part: str) -> Facts | None:
    if _LABELLED_COUNT.fullmatch(part.casefold()):
        return Facts(labelled_count=True)
    return Facts(bare_count=True) if is_number(part) else None


def _credit(part: str) -> Facts | None:
    match = CREDIT.fullmatch(part)
    return Facts(credit=match["name"]) if match and is_name(match["name"]) else None


def _author(part: str) -> Facts | None:
    match = _AUTHOR.fullmatch(part)
    return Facts(author=match["name"].strip()) if match else None


def is_name(text: str) -> bool:
    """Say whether the text can name whom a text is from; a long sentence can't."""
    is_sentence = text.endswith(".") and len(text.split()) > _MOST_WORDS_OF_SENTENCE
    return 0 < len(text) <= _LONGEST_CREDIT and not is_sentence


def is_number(line: str) -> bool:
    """Say whether the line is a bare number, as view counters are."""
    return _BARE_COUNT.fullmatch(line) is not None
