"""Exit code 0 if the address answers below 400 within 3 seconds; for the health checks of containers, which have no curl."""

import sys
import urllib.error
import urllib.request

try:
    urllib.request.urlopen(sys.argv[1], timeout=3).close()  # noqa: S310 (an address of this container)
except (urllib.error.URLError, TimeoutError) as error:
    sys.exit(f"{sys.argv[1]}: {error}")
