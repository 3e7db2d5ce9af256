"""Reads collections with kinto-http, which keeps them in memory. Arguments: URL, BUCKET and names of collections."""

from __future__ import annotations

import json
import sys
import time

from kinto_http import Client

if __name__ == "__main__":
    url, bucket, *names = sys.argv[1:]
    began = time.perf_counter()
    client = Client(server_url=url, bucket=bucket)
    read = [client.get_records(collection=name) for name in names]
    print(json.dumps({"seconds": time.perf_counter() - began, "records": sum(map(len, read))}))
