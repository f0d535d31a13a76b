"""Articles and feeds that a small desk might read; dates are fixed, so that bytes can be compared."""

RSS_RU = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Городской вестник</title><link>https://vestnik.example/</link><description>Новости города</description>
<language>ru</language><copyright>© Городской вестник</copyright>
<item><title>В городе открылась новая библиотека</title><link>https://vestnik.example/news/1</link>
<guid isPermaLink="false">vestnik-1</guid><pubDate>Mon, 02 Mar 2026 09:00:00 +0300</pubDate>
<dc:creator>Анна Иванова</dc:creator><category>Культура</category>
<enclosure url="https://vestnik.example/1.mp3" length="1234" type="audio/mpeg"/>
<content:encoded><![CDATA[<p>Сегодня в центре города открылась <a href="/library">новая библиотека</a>. В ней сто
тысяч книг.</p><p>Жители могут приходить сюда каждый день.</p>]]></content:encoded></item>
<item><title>Завтра ожидается дождь</title><link>https://vestnik.example/news/2</link>
<guid isPermaLink="false">vestnik-2</guid><pubDate>Mon, 02 Mar 2026 10:00:00 +0300</pubDate>
<description>&lt;p&gt;Синоптики обещают дождь и сильный ветер.
Температура воздуха опустится до пяти градусов.&lt;/p&gt;</description></item>
</channel></rss>"""

ATOM_EN = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Science Weekly</title>
<id>tag:science.example,2020:feed</id><updated>2026-03-02T08:00:00Z</updated><link href="https://science.example/"/>
<rights>CC BY 4.0</rights>
<entry><title>Researchers map the floor of the northern sea</title><id>tag:science.example,2026:1</id>
<link href="https://science.example/1"/><updated>2026-03-02T08:00:00Z</updated><published>2026-03-01T08:00:00Z</published>
<author><name>Jane Doe</name></author>
<content type="html">&lt;p&gt;A team of researchers has published a new map of the sea floor. The work took
&lt;em&gt;three years&lt;/em&gt;.&lt;/p&gt;&lt;p&gt;The map is free for everyone.&lt;/p&gt;</content></entry>
</feed>"""

JSON_EN = """{"version": "https://jsonfeed.org/version/1.1", "title": "Museum Notes", "language": "en",
"home_page_url": "https://museum.example/", "items": [{"id": "m-1", "url": "https://museum.example/1",
"title": "The museum opens a new hall of ancient coins", "date_published": "2026-02-28T12:00:00Z",
"content_html": "<p>The new hall shows more than two thousand coins. It is open every day except Monday.</p>"}]}"""

LISTING_EN = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour Authority</title></head><body>
<nav><a href="/about">About</a></nav><main><h2><a href="/releases/1.html">Ferry timetable for the summer</a></h2></main>
</body></html>"""

PAGE_EN = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Ferry timetable for the summer - Harbour Authority</title>
<meta property="article:published_time" content="2026-02-27T07:00:00Z"></head><body><nav><a href="/">Home</a></nav>
<article><h1>Ferry timetable for the summer</h1>
<p>The harbour authority has published the ferry timetable for the coming summer. Ferries will leave every hour from the
main pier, and twice an hour at the weekend.</p>
<p>Passengers are asked to arrive ten minutes before departure. Bicycles travel free of charge on every ferry.</p>
<p>The timetable begins on the first day of June and ends on the last day of September.</p></article>
<footer>© Harbour Authority</footer></body></html>"""

PRESS_RU = """Новости

07.07.2023

1523



В столице прошла встреча министров культуры

   Министры культуры обсудили совместные выставки и обмен музейными собраниями.

Следующая встреча состоится осенью.


Source: Secretariat of the Organization
"""
