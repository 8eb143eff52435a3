"""A straightforward collector, in the shape of the vendors' samples: a page, its lines, one upload, the next page.

Arguments: the base URLs of Qualys and of Cloud Storage, user name and password. Prints JSON: `alerts` (collected),
`seconds` (without the start of Python) and `peakBytes` (of memory).
"""

import gzip
import json
import resource
import sys
import time

import requests

LIMIT = 1000


def search(session, url, since, last_id):
    body = (
        "<ServiceRequest>"
        f"<preferences><limitResults>{LIMIT}</limitResults></preferences>"
        "<filters>"
        f'<Criteria field="alertDate" operator="GREATER">{since}</Criteria>'
        f'<Criteria field="id" operator="GREATER">{last_id}</Criteria>'
        "</filters>"
        "</ServiceRequest>"
    )
    response = session.post(
        f"{url}/qps/rest/1.0/search/cm/alert/",
        data=body,
        headers={"Content-Type": "text/xml", "Accept": "application/json", "X-Requested-With": "collector.py"},
        timeout=120,
    )
    response.raise_for_status()
    answer = response.json()["ServiceResponse"]
    if answer["responseCode"] != "SUCCESS":
        raise RuntimeError(answer["responseCode"])
    return answer


def upload(storage, url, name, alerts):
    lines = "".join(json.dumps(alert) + "\n" for alert in alerts)
    response = storage.post(
        f"{url}/upload/storage/v1/b/logs/o",
        params={"uploadType": "media", "name": name},
        # Ours takes level 3; Python's default, 9, would decide the comparison by that alone.
        data=gzip.compress(lines.encode("utf-8"), compresslevel=3),
        headers={"Content-Type": "application/gzip"},
        timeout=120,
    )
    response.raise_for_status()


def collect(qualys_url, storage_url, username, password):
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 7 * 86400))
    last_id = 0
    count = 0
    with requests.Session() as session, requests.Session() as storage:
        session.auth = (username, password)
        while True:
            answer = search(session, qualys_url, since, last_id)
            alerts = answer.get("data", [])
            if alerts:
                first_id, last_id = alerts[0]["Alert"]["id"], alerts[-1]["Alert"]["id"]
                upload(storage, storage_url, f"alerts/{first_id}-{last_id}.ndjson.gz", alerts)
                count += len(alerts)
            if answer["hasMoreRecords"] != "true":
                return count


if __name__ == "__main__":
    begun = time.perf_counter()
    alerts = collect(*sys.argv[1:])
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Kilobytes, but bytes on macOS.
    print(json.dumps({"alerts": alerts, "seconds": seconds, "peakBytes": peak * (1 if sys.platform == "darwin" else 1024)}))
