"""``python3 -m runner.client``: patchctl in a container."""

import sys

from runner.client.cli import main

sys.exit(main())
