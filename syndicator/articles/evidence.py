"""What the words of a text say about its language, apart from any trained model.

Knows small words, endings, and lists of common word forms; refuses to know how what they say is weighed against the
models: that is `detect`. Weights are natural logarithms of how much likelier a find is in one language than in another;
they were settled on development texts (web and news sentences cut to 20 to 90 characters), not on those that measure.
"""

import lzma
import re
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files

# Words of up to some seven letters that news in the language can hardly do without. A word that several languages
# have stands in each of their lists and so tells nothing between them. A language needs its list where a
# neighbour has one: without, Afrikaans is called Dutch and Catalan Spanish.
_WORDS = {
    "ru": """
        и в во на не что с со по для из о об от до за как к ко у но а же ли или при без под над после перед между через
        это этот эта эти эту его её ее их ей ему они он она оно мы вы я ты нас вам нам нами который которая которые
        которых чтобы если когда где почему кто чем чему уже ещё еще может могут будет будут были был была было стал
        стали стала год года году лет все всех всё свой свою своих своей новый новая новые новое новых нового также
        только нет более больше сколько какие какой какая один одна два две три есть том так тем против можно
        нельзя нужно надо ни да вот даже очень сегодня сейчас время времени теперь потом потому тогда здесь там тут
        того тому тех те тот та нее неё ним ними мне меня тебя тебе себя себе собой мой моя мои наш наша наши ваш сам
        сама сами самый самая самое лишь ведь хотя пока пусть раз раза всю всей всего всем всему либо однако почти
        снова опять впервые вместе среди около вокруг ради первый первая первое первые второй третий""",
    "uk": """
        і й та в у на не що з зі із за для від до по про як але або чи при без під над після перед між через це цей ця
        ці цю його її їх йому їй вони він вона воно ми ви я ти нас вам нам який яка яке які яких щоб якщо коли де чому
        хто вже ще може можуть буде будуть були був була було став стали стала рік року років усі всі всіх усіх свій
        свою своїх своєї новий нова нові нове нових нового також тільки немає більше скільки один одна два дві три є
        так тим проти можна треба ні там тут дуже сьогодні зараз тепер потім тоді знову вперше разом серед навколо
        перший перша перше перші другий третій того той ті мене тебе себе собі мій наш наша наші ваш сам сама щодо
        проте лише тому після цього чого кого чим ким ніхто ніколи які""",
    "be": """
        і й ў у на не што з са за для ад да па пра як але або ці пры без пад над пасля перад паміж праз гэта гэты гэтая
        гэтыя яго яе іх яму яны ён яна яно мы вы я ты нас вам нам які якая якое якія якіх каб калі дзе чаму хто ужо
        ўжо яшчэ можа могуць будзе будуць былі быў была было стаў сталі стала год года гады гадоў годзе усе ўсе ўсіх
        свой сваю сваіх сваёй новы новая новыя новае новых новага таксама толькі няма больш колькі адзін адна два дзве
        тры ёсць так тым супраць можна трэба ні там тут вельмі сёння зараз цяпер потым тады зноў упершыню разам сярод
        вакол першы першая першае другі трэці таго той тая тыя мяне цябе сябе мой наш наша нашы ваш сам""",
    "bg": """
        и в във на не че с със по за от до из о като как към но а ли или при без под над след пред между през това този
        тази тези го я ги му им ѝ те той тя то ние вие аз нас ви ни който която което които ако кога къде защо кой кои
        вече още може могат ще бъде бъдат беше бяха е са се си съм сме сте да бе би бил била били има няма имат година
        години всички нов нова нови ново новите новия новата също само повече обаче колко един една едно два две три
        така срещу стана стават най нито там тук много днес вчера утре сега тогава отново първи първа първо първия
        първата втори втора трети този свой своя своите своята някой нещо нищо всеки всичко чрез заради според около
        въпреки докато поради вместо освен кого мене мен теб себе мой наш нашите ваш сам мач лева лв дни хора хората
        края част време""",
    "mk": """
        и во на не дека со по за од до како кон но а или при без под над после пред меѓу преку низ ова овој оваа овие
        тоа тој таа тие тие го ја ги му им ѝ ние вие јас нас ви ни кои кој која кое што ако кога каде зошто веќе уште
        може можат ќе биде бидат беше беа е се си да сум сме сте бил била биле има нема имаат година години сите нов
        нова нови ново новите новиот исто само повеќе колку еден една едно два две три така против стана ниту дали
        таму тука многу денес вчера утре сега потоа тогаш повторно прв прва прво првиот првата втор втора трет секој
        сето нешто ништо некој поради според околу додека покрај освен кого мене себе мој наш нашите сам вели рече
        изјави денари дена луѓе луѓето крај дел време""",
    "sr": """
        и у на не да са с по за од до из о како ка но а али или при без под над после пред између кроз ово овај ова ове
        ови то тај та те ти га је ју му им они он она оне оно ми ви ја нас нам вам који која које којих којој ком што
        шта ако када кад где зашто ко већ још може могу ће бити био била било били су се сам смо сте би година године
        годину сви свих све нов нова нови ново нове нових нову такође само више колико један једна једно два две три
        тако против нема није нису ни због код током тамо овде много данас јуче сутра сада потом тада поново први прва
        прво другу други трећи неко нешто ништа свако сваки према око док пре након поред осим кога мене себе мој наш
        наше сам каже рекао динара дана људи људе крај део време овог овом тог том томе уз без
        i u na je se za da su od s o ne sa kao što koji koja bi po iz do ali""",
    "kk": """
        және мен бен пен үшін бойынша туралы деп да де та те ма ме бір бұл осы сол ол олар біз не кім қалай қашан неге
        қайда қанша жаңа жылы жыл көп барлық барлығы емес бар жоқ болды болады болып еді керек кейін дейін қарсы мүмкін
        ең екі үш қазақстан астана алматы алғаш енді тағы арқылы бүгін ғана""",
    "ky": """
        жана менен үчүн боюнча тууралуу деп да де бир бул ушул ошол ал алар биз эмне ким кантип качан эмнеге кайда канча
        жаңы жылы жыл көп бардык эмес бар жок болду болот болуп эле керек кийин чейин каршы мүмкүн эң эки үч кыргыз
        кыргызстан бишкек ош алгач эми дагы аркылуу бүгүн гана катары үчүнчү""",
    "en": """
        the of to in and for on with at by from as is was are be been after over out up its it his her he she they who
        what why how when where will not new says say said than this that these those you your we our us an a i has
        have had more all can could would should may but or if into about under before against no off down amid do""",
    "af": "die en van in is het nie op vir met n dat aan om ook as by uit oor tot wat na sal kan se",
    "ca": "el la els les l de del dels d i en un una que per amb no es al als com més a ha són és seva seu",
    "cs": "a v na se že je s z do o za k pro by ale po jsou jak od při jako",
    "da": "og at det som en på er af for med den til ikke har de et om vi kan fra skal efter ved nye under over",
    "de": """
        der die das und in den von zu mit ist auf für im dem nicht ein eine einen einer einem als auch es an werden aus
        er hat dass sie nach wird bei um am sind noch wie einem über so zum zur vor bis ab gegen will""",
    "es": """
        el la los las de del y en un una que por con para se su sus al lo como más pero no es a tras sobre entre""",
    "fr": """
        le la les l de des du d et en un une à au aux est sont pour dans par sur pas plus que qui ce cette se sa son ses
        ne avec il elle on nous vous face après entre""",
    "hr": "i u na je se za da su od s o ne sa kao što koji koja bi po iz do ali",
    "id": "dan yang di ke dari untuk dengan ini itu pada tidak akan dalam ada juga oleh para",
    "it": """
        il lo la i gli le l di del della dei delle dell e in un una che per con non si è da dal al alla nel nella sono
        più a su sul tra""",
    "ms": "dan yang di ke dari untuk dengan ini itu pada tidak akan dalam ada juga oleh para",
    "nl": """
        de het een en van in op te dat die voor met is zijn niet aan er om ook als bij naar uit door over tot""",
    "no": "og at det som en på er av for med den til ikke har de et om vi kan fra skal etter ved nye under over",
    "pl": "w i z na do się nie to jest o że po za od dla przez ze jak a czy są przed pod nad",
    "pt": """
        o a os as de do da dos das e em um uma que por com para não se no na nas nos mais ao aos à é sobre após""",
    "ro": "și de la în cu pe din nu o un care este sunt pentru mai al a ale că ce se au fost",
    "sk": "a v na sa že je s z do o za k pre by ale po sú ako od pri",
    "sl": "in v na je se za da so od z s o ne ki po iz do kot pri",
    "sv": "och att det som en på är av för med den till inte har de ett om vi kan från ska efter vid nya under mot sig",
}
WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}

# Endings that the language's inflection gives to words of all kinds and its neighbours' does not, or not all of them.
_ENDINGS = {
    "ru": """тся лся лась лись лось ость остью остей ский ской ских ским скую ского ском ную ная ной ный щий щая щие щих
        щего щую цию цией ать ять еть""",
    "uk": """ння ття ати ити увати ість ський ська ську ського ської ському цького цька вся лися тися ться ють ував ій
        ією ої ів ями ами""",
    "be": "цца ўся лася ліся аць іць асць асці нне нні цыя цыі цыю скі ская скага скай ага аму амі ямі аў яў ы",
    "bg": "ът ят ият ите ата ото ята ния ните ната ното ска ско ските ската ското ане яне ваха иха аха ва ват ция",
    "mk": "от иот ите ата ото ските ската ското ниот ната ното ните уваат аат еат ија ње ува ски ска ско",
    "sr": "ује ују ао ање ење ских ског ским ској ије ија ију ама има ити ати ем или али ски ска ско ске ог",
    "kk": """сы ның дың тың лық дық тық лар лер дар дер тар тер ған ген қан кен дан ден тан тен нан нен ды ді ты ті ады
        еді сында інде""",
    "ky": """сы нын дын тын лык дык тык луу дуу туу лар лер лор дар дер дор тар тер тор ган ген гон дан ден дон тан тен
        нан нен ды ду ты ту дагы деги""",
}
ENDINGS = {language: tuple(endings.split()) for language, endings in _ENDINGS.items()}
ENDING = 1.5
"""What the ending of a word that no list has is worth to each language that inflects so."""
SHORTEST_INFLECTED = 5

SMALL_WORD = 2.0
"""What one word of `WORDS` is worth to each language that has it."""
LISTED = frozenset({"ru", "uk", "bg", "mk", "sr", "en"})
"""The languages that we have lists of common forms of: `words/`, made by `scripts/make_wordlists.py`."""
LISTED_WORD = 2.0
"""What a longer word is worth to each language in whose list it stands."""
UNLISTED_WORD = -0.8
"""What it costs the others that have a list."""
SHARED_WORD = 0.7
"""What one is worth to English that German, Spanish, … use, too: we have no lists of theirs."""
SHORTEST_LISTED = 4
NAME_FACTOR = 0.4
"""Names are listed or not by accident, and stand in texts of all languages."""
FOREIGN_MARK = -1.5
"""What Latin letters outside A to Z cost English, a word."""
MISPLACED_YER = -4.0
"""What an ъ before anything but е, ё, ю, я costs a language that only writes it there. Bulgarian writes it anywhere."""
_YER_IS_A_SIGN = frozenset({"ru", "be", "kk", "ky", "mn", "uk"})
_MISPLACED_YER = re.compile("ъ(?![еёюя])")


def weigh(words: Iterable[tuple[str, bool]], candidates: Collection[str]) -> dict[str, float]:
    """Return what the words say for each candidate language, as a log-likelihood; a difference of 3 is clear.

    A word is its lower-case form and whether it looks like a name (a capital inside a sentence). Loads the lists of the
    candidates' languages the first time (0.1 s for all).
    """
    scores = dict.fromkeys(candidates, 0.0)
    own = {language: WORDS[language] for language in scores.keys() & WORDS.keys()}
    lists = {language: word_list(language) for language in scores.keys() & LISTED}
    for word, is_name in words:
        small_in = {language for language, small in own.items() if word in small}
        for language in small_in:
            scores[language] += SMALL_WORD
        if "ъ" in word:
            for language in scores.keys() & _YER_IS_A_SIGN:
                scores[language] += MISPLACED_YER * len(_MISPLACED_YER.findall(word))
        if len(word) < SHORTEST_LISTED:
            continue
        factor = NAME_FACTOR if is_name else 1.0
        if "en" in lists and not word.isascii():
            scores["en"] += factor * FOREIGN_MARK
        if "en" in lists and word in word_list("en-shared"):
            scores["en"] += factor * SHARED_WORD
            continue
        listed_in = {language for language, forms in lists.items() if word in forms}
        for language in lists.keys() - (small_in - listed_in):
            scores[language] += factor * (LISTED_WORD if language in listed_in else UNLISTED_WORD)
        if not listed_in and not small_in:
            _weigh_ending(word, scores)
    return scores


def _weigh_ending(word: str, scores: dict[str, float]) -> None:
    if len(word) >= SHORTEST_INFLECTED:
        for language in scores.keys() & ENDINGS.keys():
            if word.endswith(ENDINGS[language]):
                scores[language] += ENDING


@cache
def word_list(name: str) -> frozenset[str]:
    """Return a list of word forms of `SHORTEST_LISTED` letters and more (0.02 s the first time)."""
    packed = files(__package__).joinpath("words", f"{name}.txt.xz").read_bytes()
    return frozenset(lzma.decompress(packed).decode().split())
