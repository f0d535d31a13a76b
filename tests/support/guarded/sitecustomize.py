"""Found by every Python that tests start with this folder on PYTHONPATH: watches it (see `support/offline.py`)."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import offline

offline.install()
