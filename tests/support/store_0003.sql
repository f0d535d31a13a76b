BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
CREATE TABLE article_versions (
	article_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	snapshot JSON NOT NULL, 
	CONSTRAINT pk_article_versions PRIMARY KEY (article_id, version), 
	CONSTRAINT fk_article_versions_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "article_versions" VALUES('story00002',1,'{"id":"story00002","source":"kremlin","origin_id":"https://origin.example/2","version":1,"url":"https://origin.example/2","title":"Новость 2","html":"<p>Текст 2.</p>","summary":"","language":"ru","title_language":"ru","authors":["А. Автор"],"published":"2026-11-24T12:02:00.123456+00:00","updated":"2026-11-24T12:02:00.123456+00:00","first_seen":"2026-11-24T12:02:00.123456+00:00","categories":[],"enclosures":[],"rights":null,"credit":null,"section":null,"content_hash":"hash 2"}');
CREATE TABLE articles (
	id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	origin_id TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	url TEXT, 
	title TEXT NOT NULL, 
	html TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	language TEXT NOT NULL, 
	title_language TEXT NOT NULL, 
	authors JSON NOT NULL, 
	published DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	first_seen DATETIME NOT NULL, 
	categories JSON NOT NULL, 
	enclosures JSON NOT NULL, 
	rights TEXT, 
	credit TEXT, 
	section TEXT, 
	content_hash TEXT NOT NULL, 
	primary_language TEXT NOT NULL, 
	translated_to TEXT NOT NULL, 
	CONSTRAINT pk_articles PRIMARY KEY (id), 
	CONSTRAINT fk_articles_source FOREIGN KEY(source) REFERENCES sources (slug), 
	CONSTRAINT uq_articles_source_origin_id UNIQUE (source, origin_id)
);
INSERT INTO "articles" VALUES('story00001','kremlin','https://origin.example/1',1,'https://origin.example/1','Новость 1','<p>Первая фраза. Вторая фраза.</p>','','ru','ru','["А. Автор"]','2026-11-24 12:01:00.123456','2026-11-24 12:01:00.123456','2026-11-24 12:01:00.123456','[]','[{"url":"https://origin.example/1.mp3","media_type":null,"length_bytes":null,"title":"Звук"}]',NULL,NULL,NULL,'hash 1','ru','en');
INSERT INTO "articles" VALUES('story00002','kremlin','https://origin.example/2',2,'https://origin.example/2','Правка','<p>Текст 2.</p>','','ru','ru','["А. Автор"]','2026-11-24 12:02:00.123456','2026-11-24 12:02:00.123456','2026-11-24 12:02:00.123456','[]','[]',NULL,NULL,NULL,'hash 2','ru','');
INSERT INTO "articles" VALUES('story00004','kremlin','https://origin.example/4',1,'https://origin.example/4','Новость 4','<p>Текст 4.</p>','','ru','ru','["А. Автор"]','2026-11-24 12:04:00.123456','2026-11-24 12:04:00.123456','2026-11-24 12:04:00.123456','[]','[]',NULL,NULL,NULL,'hash 4','ru','de');
INSERT INTO "articles" VALUES('story00003','un','https://origin.example/3',1,'https://origin.example/3','News 3','<p>Text 3.</p>','','en','en','["А. Автор"]','2026-11-24 12:03:00.123456','2026-11-24 12:03:00.123456','2026-11-24 12:03:00.123456','[]','[]',NULL,NULL,NULL,'hash 3','en','ru');
CREATE TABLE corrections (
	from_language TEXT NOT NULL, 
	to_language TEXT NOT NULL, 
	text_digest TEXT NOT NULL, 
	source_text TEXT NOT NULL, 
	target_text TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	text_length INTEGER NOT NULL, 
	CONSTRAINT pk_corrections PRIMARY KEY (from_language, to_language, text_digest)
);
INSERT INTO "corrections" VALUES('de','fr','878ff1b19e56f63bce4d03ce76db1c198ab59d137e75d11e00395c612e876fbc','Привет.','Hello!','desk','2026-11-24 12:00:00.123456',7);
CREATE TABLE editions (
	language TEXT NOT NULL, 
	source TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	changed INTEGER NOT NULL, 
	published INTEGER NOT NULL, 
	fingerprint TEXT, announced JSON DEFAULT '{}' NOT NULL, 
	CONSTRAINT pk_editions PRIMARY KEY (language, source)
);
INSERT INTO "editions" VALUES('ru','','2026-11-24 12:00:00.123456',7,-1,NULL,'{}');
INSERT INTO "editions" VALUES('ru','kremlin','2026-11-24 12:00:00.123456',7,-1,NULL,'{}');
INSERT INTO "editions" VALUES('en','','2026-11-24 12:00:00.123456',7,4,'f','{}');
INSERT INTO "editions" VALUES('en','un','2026-11-24 12:00:00.123456',6,-1,NULL,'{}');
INSERT INTO "editions" VALUES('en','kremlin','2026-11-24 12:00:00.123456',7,-1,NULL,'{}');
INSERT INTO "editions" VALUES('ru','un','2026-11-24 12:00:00.123456',6,-1,NULL,'{}');
INSERT INTO "editions" VALUES('en','topics/old','2026-11-24 12:00:00.123456',8,-1,NULL,'{}');
INSERT INTO "editions" VALUES('ru','topics/old','2026-11-24 12:00:00.123456',8,-1,NULL,'{}');
CREATE TABLE entries (
	article_id TEXT NOT NULL, 
	language TEXT NOT NULL, 
	source TEXT NOT NULL, 
	atom_id TEXT NOT NULL, 
	rss_id TEXT NOT NULL, 
	json_id TEXT NOT NULL, 
	published DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	seq INTEGER NOT NULL, 
	is_shown BOOLEAN NOT NULL, number INTEGER DEFAULT '0' NOT NULL, 
	CONSTRAINT pk_entries PRIMARY KEY (article_id, language), 
	CONSTRAINT fk_entries_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "entries" VALUES('story00001','ru','kremlin','tag:example.org,2026-11-24:story00001/ru','tag:example.org,2026-11-24:story00001/ru/rss','tag:example.org,2026-11-24:story00001/ru/json','2026-11-24 12:01:00.123456','2026-11-24 12:01:00.123456',4,1,0);
INSERT INTO "entries" VALUES('story00002','ru','kremlin','tag:example.org,2026-11-24:story00002/ru','tag:example.org,2026-11-24:story00002/ru/rss','tag:example.org,2026-11-24:story00002/ru/json','2026-11-24 12:02:00.123456','2026-11-24 12:02:00.123456',7,1,1);
INSERT INTO "entries" VALUES('story00004','ru','kremlin','tag:example.org,2026-11-24:story00004/ru','tag:example.org,2026-11-24:story00004/ru/rss','tag:example.org,2026-11-24:story00004/ru/json','2026-11-24 12:04:00.123456','2026-11-24 12:04:00.123456',2,1,3);
INSERT INTO "entries" VALUES('story00003','en','un','tag:example.org,2026-11-24:story00003/en','tag:example.org,2026-11-24:story00003/en/rss','tag:example.org,2026-11-24:story00003/en/json','2026-11-24 12:03:00.123456','2026-11-24 12:03:00.123456',6,1,2);
INSERT INTO "entries" VALUES('story00001','en','kremlin','tag:example.org,2026-11-24:story00001/en','tag:example.org,2026-11-24:story00001/en/rss','tag:example.org,2026-11-24:story00001/en/json','2026-11-24 12:01:00.123456','2026-11-25 12:00:00.123456',4,1,0);
INSERT INTO "entries" VALUES('story00002','en','kremlin','tag:example.org,2026-11-24:story00002/en','tag:example.org,2026-11-24:story00002/en/rss','tag:example.org,2026-11-24:story00002/en/json','2026-11-24 12:02:00.123456','2026-11-25 12:00:00.123456',7,1,1);
INSERT INTO "entries" VALUES('story00003','ru','un','tag:example.org,2026-11-24:story00003/ru','tag:example.org,2026-11-24:story00003/ru/rss','tag:example.org,2026-11-24:story00003/ru/json','2026-11-24 12:03:00.123456','2026-11-25 12:00:00.123456',6,1,2);
CREATE TABLE failures (
	article_id TEXT NOT NULL, 
	language TEXT NOT NULL, 
	article_version INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	due DATETIME NOT NULL, 
	CONSTRAINT pk_failures PRIMARY KEY (article_id, language), 
	CONSTRAINT fk_failures_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "failures" VALUES('story00004','en',1,2,'too long','2026-11-24 12:00:00.123456');
CREATE TABLE held (
	article_id TEXT NOT NULL, 
	language TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	snapshot JSON NOT NULL, 
	CONSTRAINT pk_held PRIMARY KEY (article_id, language), 
	CONSTRAINT fk_held_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "held" VALUES('story00004','de','doubtful','{"article_id":"story00004","article_version":1,"language":"de","title":"Новость 4 in English","html":"<p>story00004 in English.</p>","summary":"","enclosure_titles":[],"route":"ru>en","engine":"Argos ru_en 0.1 (CTranslate2)","marks":[],"translated":"2026-11-25T12:00:00.123456+00:00","segments":[],"made_with":"","category_labels":[],"is_reviewed":false}');
CREATE TABLE marks (
	source TEXT NOT NULL, 
	origin_id TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	CONSTRAINT pk_marks PRIMARY KEY (source, origin_id), 
	CONSTRAINT fk_marks_source FOREIGN KEY(source) REFERENCES sources (slug)
);
INSERT INTO "marks" VALUES('kremlin','a','1');
CREATE TABLE "memory" (
	"key" TEXT NOT NULL, 
	source_text TEXT NOT NULL, 
	target_text TEXT NOT NULL, 
	links JSON NOT NULL, 
	score FLOAT, 
	route TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	from_language TEXT NOT NULL, 
	to_language TEXT NOT NULL, 
	text_digest TEXT NOT NULL, 
	text_length INTEGER NOT NULL, 
	is_person BOOLEAN NOT NULL, 
	CONSTRAINT pk_memory PRIMARY KEY ("key")
);
INSERT INTO "memory" VALUES('a','Привет.','Hello.','[[0,6,0,5]]',-0.25,'ru>en','2026-11-24 12:00:00.123456','ru','en','878ff1b19e56f63bce4d03ce76db1c198ab59d137e75d11e00395c612e876fbc',7,0);
INSERT INTO "memory" VALUES('d','Bye.','Пока.','[]',-0.5,'en>ru','2026-11-24 13:00:00.123456','en','ru','d34d6c96699842747ef3031a69bbfb7c92cdabf8e91170b1864d692582347498',4,0);
INSERT INTO "memory" VALUES('c','Привет.','Hallo.','[]',-0.5,'ru>en>de','2026-11-24 13:00:00.123456','ru','de','878ff1b19e56f63bce4d03ce76db1c198ab59d137e75d11e00395c612e876fbc',7,0);
INSERT INTO "memory" VALUES('b',' Привет. ','Hi.','[]',-0.5,'ru>en','2026-11-24 13:00:00.123456','ru','en','878ff1b19e56f63bce4d03ce76db1c198ab59d137e75d11e00395c612e876fbc',7,0);
CREATE TABLE meta (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('tag','tag:example.org,2026-11-24:');
INSERT INTO "meta" VALUES('seq','8');
CREATE TABLE outbox (
	kind TEXT NOT NULL, 
	target TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	attempts INTEGER NOT NULL, 
	reason TEXT, 
	tried DATETIME, 
	due DATETIME NOT NULL, 
	CONSTRAINT pk_outbox PRIMARY KEY (kind, target, subject)
);
CREATE TABLE parked (
	"key" TEXT NOT NULL, 
	source_text TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_parked PRIMARY KEY ("key")
);
CREATE TABLE set_aside (
	source TEXT NOT NULL, 
	origin_id TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at DATETIME NOT NULL, is_dropped BOOLEAN DEFAULT 0 NOT NULL, 
	CONSTRAINT pk_set_aside PRIMARY KEY (source, origin_id), 
	CONSTRAINT fk_set_aside_source FOREIGN KEY(source) REFERENCES sources (slug)
);
INSERT INTO "set_aside" VALUES('kremlin','x','empty','2026-11-24 12:00:00.123456',0);
CREATE TABLE sources (
	slug TEXT NOT NULL, 
	condition TEXT NOT NULL, 
	detail TEXT, 
	about JSON NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	validators_since DATETIME, 
	due DATETIME, 
	checked DATETIME, 
	succeeded DATETIME, 
	failures INTEGER NOT NULL, 
	moved_to TEXT, 
	moved_since DATETIME, url TEXT, sign TEXT, 
	CONSTRAINT pk_sources PRIMARY KEY (slug)
);
INSERT INTO "sources" VALUES('kremlin','new',NULL,'{"name":"Кремль","home_url":"https://kremlin.example/","self_id":null,"feed_url":null,"rights":null,"language":null,"updated":null}','2',NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
INSERT INTO "sources" VALUES('un','new',NULL,'{"name":null,"home_url":null,"self_id":null,"feed_url":null,"rights":null,"language":null,"updated":null}',NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE topic_entries (
	topic TEXT NOT NULL, 
	article_id TEXT NOT NULL, 
	language TEXT NOT NULL, 
	published DATETIME NOT NULL, 
	CONSTRAINT pk_topic_entries PRIMARY KEY (topic, article_id, language), 
	CONSTRAINT fk_topic_entries_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "topic_entries" VALUES('old','story00003','en','2026-11-24 12:03:00.123456');
INSERT INTO "topic_entries" VALUES('old','story00003','ru','2026-11-24 12:03:00.123456');
CREATE TABLE topics (
	slug TEXT NOT NULL, 
	definition TEXT NOT NULL, 
	seq INTEGER NOT NULL, 
	article_id TEXT NOT NULL, 
	CONSTRAINT pk_topics PRIMARY KEY (slug)
);
INSERT INTO "topics" VALUES('old','d',7,'story00002');
CREATE TABLE "translations" (
	article_id TEXT NOT NULL, 
	language TEXT NOT NULL, 
	tag TEXT NOT NULL, 
	article_version INTEGER NOT NULL, 
	title TEXT NOT NULL, 
	html TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	enclosure_titles JSON NOT NULL, 
	route TEXT NOT NULL, 
	engine TEXT NOT NULL, 
	marks JSON NOT NULL, 
	translated DATETIME NOT NULL, 
	made_with TEXT NOT NULL, 
	from_language TEXT NOT NULL, 
	source TEXT NOT NULL, 
	published DATETIME NOT NULL, 
	is_marked BOOLEAN NOT NULL, 
	is_current BOOLEAN NOT NULL, 
	segments JSON NOT NULL, is_reviewed BOOLEAN DEFAULT 0 NOT NULL, category_labels JSON DEFAULT '[]' NOT NULL, 
	CONSTRAINT pk_translations PRIMARY KEY (article_id, language), 
	CONSTRAINT fk_translations_article_id FOREIGN KEY(article_id) REFERENCES articles (id)
);
INSERT INTO "translations" VALUES('story00001','en','en-GB',1,'Новость 1 in English','<p>story00001 in English.</p>','','["Sound"]','ru>en','Argos ru_en 0.1 (CTranslate2)','["a number is missing"]','2026-11-25 12:00:00.123456','','ru','kremlin','2026-11-24 12:01:00.123456',1,1,'[]',0,'[]');
INSERT INTO "translations" VALUES('story00002','en','en',1,'Новость 2 in English','<p>story00002 in English.</p>','','[]','ru>en','Argos ru_en 0.1 (CTranslate2)','[]','2026-11-25 12:00:00.123456','','ru','kremlin','2026-11-24 12:02:00.123456',0,0,'[]',0,'[]');
INSERT INTO "translations" VALUES('story00003','ru','ru',1,'Новость 3','<p>story00003 in English.</p>','','[]','en>ru','Argos ru_en 0.1 (CTranslate2)','[]','2026-11-25 12:00:00.123456','','en','un','2026-11-24 12:03:00.123456',0,1,'[]',0,'[]');
CREATE INDEX ix_articles_waiting ON articles (primary_language, translated_to, published DESC, id);
CREATE INDEX ix_articles_page ON articles (source, url);
CREATE INDEX ix_entries_language ON entries (language, is_shown, published DESC, article_id);
CREATE INDEX ix_entries_source ON entries (language, source, is_shown, published DESC, article_id);
CREATE INDEX ix_entries_changed ON entries (language, seq);
CREATE INDEX ix_corrections_pair ON corrections (from_language, to_language, created, text_digest, text_length);
CREATE INDEX ix_translations_made ON translations (from_language, language, is_current, published DESC, article_id, made_with, source);
CREATE INDEX ix_translations_marked ON translations (is_current, is_marked, published DESC, article_id, language);
CREATE INDEX ix_memory_text ON memory (from_language, to_language, text_digest, created);
CREATE INDEX ix_memory_pair ON memory (from_language, to_language, created, "key", text_length);
CREATE INDEX ix_outbox_due ON outbox (due);
CREATE INDEX ix_entries_number ON entries (language, number, updated, seq);
CREATE INDEX ix_entries_seq ON entries (seq, article_id);
CREATE INDEX ix_topic_entries_window ON topic_entries (topic, language, published DESC, article_id);
COMMIT;
