from syndicator.library import Detection as Detection
from syndicator.library import Translated as Translated
from syndicator.library import Translator as Translator
from syndicator.library import detect as detect
from syndicator.library import open_store as open_store
from syndicator.library import open_translator as open_translator
from syndicator.library import translate_html as translate_html
from syndicator.library import translate_text as translate_text

__version__: str
