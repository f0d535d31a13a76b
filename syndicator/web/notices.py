"""Say what there is to say where there is nothing else to show: small pages in the reader's language."""

from collections.abc import Mapping, Sequence
from html import escape
from types import MappingProxyType

from syndicator.model import primary
from syndicator.web.messages import GUARDS, POLICY, Header, Scope, Send, answer, fields_of
from syndicator.web.negotiation import preferred_language

SPOKEN = ("en", "ru")
"""English stands in for all other languages."""
_WORDS: Mapping[str, Mapping[int, tuple[str, str]]] = MappingProxyType(
    {
        "en": MappingProxyType(
            {
                301: ("Moved", "What was at this address is at another one now."),
                400: ("Not understood", "This request makes no sense to the server."),
                401: ("A token is needed", "Send the token that “syndicator token new” prints."),
                403: ("Not allowed", "This can only be asked for from a page of this site, or with a token."),
                404: ("Nothing here", "There is no page or feed at this address."),
                405: ("Not that way", "This address can be read, not written to."),
                406: ("No such form", "Nothing here can be sent in a form that your program accepts."),
                409: ("Not possible now", "The state of things does not allow it."),
                410: ("No longer published", "What was at this address is not published any more."),
                412: ("It has changed", "What is at this address is not what your program took it to be."),
                413: ("Too much", "The request is larger than the server takes."),
                416: ("No such part", "The file is shorter than the part that was asked for."),
                421: (
                    "Wrong server",
                    "This server does not answer to that name; its operator can add it under [web] hosts.",
                ),
                500: ("Something went wrong", "The server made a mistake; it has been noted."),
                503: ("Not available now", "The server can’t tell at the moment. Please try again later."),
            }
        ),
        "ru": MappingProxyType(
            {
                301: ("Переехало", "То, что было по этому адресу, теперь по другому."),
                400: ("Непонятный запрос", "Сервер не может понять этот запрос."),
                401: ("Нужен ключ", "Пришлите ключ, который выводит «syndicator token new»."),
                403: ("Нельзя", "Об этом можно попросить только со страницы этого сайта или с ключом."),
                404: ("Здесь ничего нет", "По этому адресу нет ни страницы, ни ленты."),
                405: ("Так нельзя", "Этот адрес можно читать, но не изменять."),
                406: ("Нет в таком виде", "Нет ничего в том виде, который принимает ваша программа."),
                409: ("Сейчас нельзя", "Нынешнее состояние этого не допускает."),
                410: ("Больше не публикуется", "То, что было по этому адресу, больше не публикуется."),
                412: ("Изменилось", "По этому адресу не то, что предполагала ваша программа."),
                413: ("Слишком много", "Запрос больше, чем принимает сервер."),
                416: ("Нет такой части", "Файл короче той части, о которой просили."),
                421: ("Не тот сервер", "Сервер не отвечает на это имя. Его можно добавить: [web] hosts."),
                500: ("Что-то пошло не так", "Сервер ошибся; это записано."),
                503: ("Сейчас недоступно", "Сервер не может сейчас ответить. Попробуйте позже."),
            }
        ),
    }
)
_HOME = {"en": "To the front page", "ru": "На главную страницу"}


def language_of(path: str, accept: str | None, languages: Sequence[str]) -> str:
    """Return the language to speak in: that of the edition asked for, else what the reader wants, else our first."""
    edition = primary(path.partition("/")[0])
    wanted = edition if edition in languages else preferred_language(accept, SPOKEN) or next(iter(languages), "en")
    return wanted if wanted in SPOKEN else SPOKEN[0]


async def notice(
    scope: Scope,
    send: Send,
    status: int,
    *,
    more: Sequence[Header] = (),
    home: str = "/",
    languages: Sequence[str] = SPOKEN,
) -> None:
    """Answer with a page that says what a status means and leads to the front page.

    Nothing of the request is repeated in it. `home` is the base path.
    """
    path = scope["raw_path"].decode("latin-1").removeprefix(home)
    accept = fields_of(scope["headers"]).get(b"accept-language", b"").decode("latin-1")
    language = language_of(path, accept, languages)
    title, words = _WORDS[language].get(status) or _WORDS[language][500]
    page = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{escape(title)}</title>\n'
        f'<link rel="stylesheet" href="{escape(home)}style.css">\n</head>\n'
        f'<body class="notice-page">\n<main>\n<h1>{escape(title)}</h1>\n'
        f'<p>{escape(words)}</p>\n<p><a href="{escape(home)}">{_HOME[language]}</a></p>\n</main>\n</body>\n</html>\n'
    )
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-language", language.encode()),
        (b"content-security-policy", POLICY),
        (b"vary", b"Accept-Language"),
        *GUARDS,
        *more,
    ]
    if not any(name == b"cache-control" for name, _ in more):
        headers.append((b"cache-control", b"no-store"))
    await answer(scope, send, status=status, headers=headers, body=page.encode())
