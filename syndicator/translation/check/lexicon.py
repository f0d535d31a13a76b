"""The words for numbers, months, weekdays and currencies, in the two languages that are compared by meaning. Data.

A line of a table is a meaning, or several with commas between, and its words: in small letters, with `е` for `ё`, as
`Text.words` holds them. `/a` and the like stand for a set of endings.
"""

from collections.abc import Iterator

_ENDINGS = {
    "a": "ый ий ой ая яя ое ее ого его ой ей ому ему ым им ом ем ую юю ые ие ых их ыми ими",  # adjectives
    "s": "ь и ью",  # пять
    "d": "ьдесят идесяти ьюдесятью",  # пятьдесят
    "c": "ьсот исот истам ьюстами истах",  # пятьсот
    "m": " а у ом е ы ов ам ами ах",  # доллар
    "f": "а ы и у е ой  ам ами ах",  # гривна
    "l": "ь я ю ем е и ей ям ями ях",  # рубль, январь
}


def _expand(words: list[str]) -> Iterator[str]:
    for word in words:
        stem, _, endings = word.partition("/")
        yield from (stem + ending for ending in _ENDINGS[endings].split(" ")) if endings else (stem,)


def _by_word(table: str) -> dict[str, str]:
    """Turn a table of meanings and their words round."""
    rows = (line.split() for line in table.splitlines() if line)
    return {word: meaning for meaning, *words in rows for word in _expand(words)}


def _numbers(table: str) -> dict[str, float]:
    return {word: float(value) for word, value in _by_word(table).items()}


def _several(table: str) -> dict[str, tuple[float, ...]]:
    return {word: tuple(map(float, values.split(","))) for word, values in _by_word(table).items()}


EXACT = {
    "en": _numbers("""
2 two
3 three
4 four
5 five
6 six
7 seven
8 eight
9 nine
10 ten
11 eleven
12 twelve
13 thirteen
14 fourteen
15 fifteen
16 sixteen
17 seventeen
18 eighteen
19 nineteen
20 twenty
30 thirty
40 forty
50 fifty
60 sixty
70 seventy
80 eighty
90 ninety
"""),
    # Not `семью`: it is the family, too.
    "ru": _numbers("""
1.5 полтора полторы полутора
2 два две двух двум двумя двое двоих двоим двоими
3 три трех трем тремя трое троих троим троими
4 четыре четырех четырем четырьмя четверо четверых четверым
5 пят/s пятеро пятерых
6 шест/s шестеро шестерых
7 семь семи семеро семерых
8 восемь восьми восемью восьмью
9 девят/s
10 десят/s
11 одиннадцат/s
12 двенадцат/s
13 тринадцат/s
14 четырнадцат/s
15 пятнадцат/s
16 шестнадцат/s
17 семнадцат/s
18 восемнадцат/s
19 девятнадцат/s
20 двадцат/s
30 тридцат/s
40 сорок сорока
50 пят/d
60 шест/d
70 сем/d
80 восемьдесят восьмидесяти восемьюдесятью
90 девяносто девяноста
100 сто ста
200 двести двухсот двумстам двумястами двухстах
300 триста трехсот тремстам тремястами трехстах
400 четыреста четырехсот четыремстам четырьмястами четырехстах
500 пят/c
600 шест/c
700 сем/c
800 восемьсот восьмисот восьмистам
900 девят/c
"""),
}
"""Words that say a number and nothing else."""

LOOSE = {
    "en": _several("""
0 zero no none nil nobody nothing without
1 one a an first single once only sole another each every per individual
2,0.5 second twice both pair couple double doubles doubled twin twins dual duo
3 third thirds triple trio thrice treble threefold
4,0.25,0.75,15,25 fourth fourths quadruple quarter quarters
0.5,1.5,2,30,50 half halves halfway
5 fifth
6 sixth
7 seventh week weeks
8 eighth
9 ninth
10 tenth decade decades
11 eleventh
12 twelfth dozen dozens
13 thirteenth
14 fourteenth fortnight
15 fifteenth
16 sixteenth
17 seventeenth
18 eighteenth
19 nineteenth
20 twentieth twenties
30 thirtieth thirties
40 fortieth forties
50 fiftieth fifties
60 sixtieth sixties
70 seventieth seventies
80 eightieth eighties
90 ninetieth nineties
100 hundred hundreds hundredth century centuries centenary
"""),
    "ru": _several("""
0 ноль нол/s нуля нулю нулем нулев/a нет без никто ничего
1 один одна одно одного одной одному одним одном одну одни перв/a единственн/a единый раз кажд/a
2,0.5 оба обе обоих обеих обоим обеим обоими вдвоем дважды вдвое втор/a двойн/a двойк/f пар/f парн/a
3 трижды втроем втрое тройк/f тройн/a трет/s третью третий третья третье третьи третьего третьей третьему третьим
3 третьем третьих третьими
4,0.25,0.75,15,25 вчетвером вчетверо четверк/f четверт/a четверт/s
0.5,1.5,2,30,50 половин/f наполовину пол полпути половинк/f
5 пят/a пятерк/f впятеро
6 шест/a шестерк/f вшестеро
7 седьм/a семерк/f недел/l неделя неделю
8 восьм/a восьмерк/f
9 девят/a девятк/f
10 десят/a десятк/f десяток десятков десятилетие десятилетия декад/f
11 одиннадцат/a
12 двенадцат/a дюжин/f
13 тринадцат/a
14 четырнадцат/a
15 пятнадцат/a
16 шестнадцат/a
17 семнадцат/a
18 восемнадцат/a
19 девятнадцат/a
20 двадцат/a двадцатк/f
30 тридцат/a
40 сороков/a
50 пятидесят/a
60 шестидесят/a
70 семидесят/a
80 восьмидесят/a
90 девяност/a
100 сотня сотню сотни сотен сотням сотнями сот/a век века веке веков столетие столетия столетии
"""),
}
"""Words that may say a number, or stand where the other language has one."""

COMPOUND = {
    "en": (),
    "ru": tuple(
        _numbers("""
0.5 полу
1 одно
1.5 полутора
2 двух дву
3 трех тре
4 четырех
5 пяти
6 шести
7 семи
8 восьми
9 девяти
10 десяти
11 одиннадцати
12 двенадцати
13 тринадцати
14 четырнадцати
15 пятнадцати
16 шестнадцати
17 семнадцати
18 восемнадцати
19 девятнадцати
20 двадцати
30 тридцати
40 сорока
50 пятидесяти
60 шестидесяти
70 семидесяти
80 восьмидесяти
90 девяносто
100 сто
200 двухсот
300 трехсот
500 пятисот
1e3 тысяче
1e6 миллион
""").items()
    ),
}
"""What longer words begin with that have a number in them: `двухлетний`."""

SCALES = _numbers("""
100 hundred
1e3 thousand thousands тыс тысяч тысяча тысячи тысяче тысячу тысячей тысячам тысячами тысячах
1e6 million millions mln mn mio млн миллион/m
1e9 billion billions bn bln млрд миллиард/m
1e12 trillion trillions tn trn трлн триллион/m
""")
LETTERS = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
"""Scales, where they touch a figure; it may be a metre as well."""

PERCENT = frozenset(_by_word("% % percent percentage pc pct cent процент/m процентн/a"))
"""What makes a number a percentage; `cent` is that of `per cent`."""

MONTHS = _numbers("""
1 january jan январ/l янв
2 february feb феврал/l фев
3 march mar март/m мар
4 april apr апрел/l апр
5 may май мая маю маем мае
6 june jun июн/l
7 july jul июл/l
8 august aug август/m авг
9 september sept sep сентябр/l сен сент
10 october oct октябр/l окт
11 november nov ноябр/l ноя нояб
12 december dec декабр/l дек
""")
WEEKDAYS = _numbers("""
1 monday mondays понедельник/m понедельники понедельников
2 tuesday tuesdays вторник/m вторники
3 wednesday wednesdays среда среду среды среде сред средам
4 thursday thursdays четверг/m четверги
5 friday fridays пятница пятницу пятницы пятнице пятниц пятницам пятницей
6 saturday saturdays суббот/f
7 sunday sundays воскресенье воскресенья воскресенью воскресений воскресеньям
""")

CURRENCIES = _by_word("""
dollar usd dollar dollars доллар/m долл
euro eur euro euros евро
pound gbp pound pounds sterling фунт/m
rouble rur rouble roubles ruble rubles рубл/l руб
yuan cny rmb yuan yuans renminbi юан/l
yen jpy yen иена иены иене иену иен йена йены йене йену йен
hryvnia uah hryvnia hryvnias hryvnya hryvnas гривн/f гривен гривень грн
tenge kzt tenge тенге
lira lira liras лир/f
rupee inr rupee rupees рупия рупии рупию рупий рупиях
franc chf franc francs франк/m
zloty pln zloty zlotys злот/a злоты
""")
SIGNS = {
    "$": "dollar",
    "€": "euro",
    "£": "pound",
    "₽": "rouble",
    "₴": "hryvnia",
    "₸": "tenge",
    "₺": "lira",
    "₹": "rupee",
}
"""Not ¥, which two currencies share."""
CURRENCY_STEMS = {
    "dollar": ("$", "usd", "dollar", "buck", "долл", "бакс"),
    "euro": ("€", "eur", "евро"),
    "pound": ("£", "gbp", "pound", "sterling", "фунт", "стерлинг"),
    "rouble": ("₽", "rub", "rur", "rouble", "руб"),
    "yuan": ("¥", "cny", "rmb", "yuan", "renminbi", "юан", "женьминьби"),
    "yen": ("¥", "jpy", "yen", "иен", "йен"),
    "hryvnia": ("₴", "uah", "hryvn", "грив", "грн"),
    "tenge": ("₸", "kzt", "tenge", "тенге"),
    "lira": ("₺", "try", "lira", "лир"),
    "rupee": ("₹", "inr", "rupee", "рупи"),
    "franc": ("chf", "franc", "франк"),
    "zloty": ("pln", "zlot", "злот"),
}
"""What a text has in it, somewhere, that speaks of a currency."""
