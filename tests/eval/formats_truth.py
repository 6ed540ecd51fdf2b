"""What each file of the data pack is, by its folder and name as the pack's index tells them: never by what we say of it.

The names of formats are those of docs/formats/. A file on which the index is silent is not judged.
"""
import fnmatch
import functools
import pathlib

NO_LOG = "no log"
LOGS = ["evtx-rs", "evtx-to-mitre", "sigma/regression_data", "otrf", "hackathon-apt29", "stratus", "crowdsec-hub/.tests",
        "zeek-baseline", "ait-alert-data-set", "ait-alert-aggregation"]
# Rules, schemas, knowledge, reports of scans: nothing here is a log.
OTHERS = ["sigma/rules", "sigma-spec", "hayabusa-rules", "panther", "suricata-schema", "schemas", "ecs", "attack-kb", "attack-flow",
          "mappings-explorer", "controls", "d3fend", "lolbas", "top-attack", "atomics-index", "kev", "misp-warninglists",
          "navigator", "scubagear", "evidence-samples"]
FOLDERS = LOGS + OTHERS
ARCHIVES = {"zip", "tar", "gzip", "bzip2", "xz", "zstd", "7z"}
DOCUMENTS = (".yml", ".yaml", ".md", ".assert", ".conf", ".ini", ".py", ".png", "LICENSE", "LICENSE.txt", "COPYING")
RECORDS = [("evtx-to-mitre", "10,015"), ("evtx-rs", "about 18,400"), ("stratus", "310"),
           ("ait-alert-aggregation", "497"), ("ait-alert-data-set", "116,326"),
           ("otrf/datasets/atomic/windows", "172,968 on Windows"), ("otrf/datasets/compound/LSASS_campaign_01", "53,698 and Zeek's"),
           ("otrf/datasets/compound/LSASS_campaign_04", "40,568 and Zeek's")]

# crowdsec-hub: what the test's own `log_type` says the file is; every other type is text with times of its own.
LOG_TYPES = {
    "syslog": "syslog", "nginx": "access-log", "apache2": "access-log", "auditd": "auditd", "aws-cloudtrail": "ndjson",
    "aws-alb": "alb", "cef": "cef", "suricata-evelogs": "ndjson", "suricata-fastlogs": "snort-fast",
    "wineventlog": "windows-xml", "iis": "windows-xml", "modsecurity": "error-log", "baikal": "error-log",
    "bookstack": "error-log", "authelia": "keyvalue", "grafana": "keyvalue", "fortinet": "keyvalue",
    "authentik": "ndjson", "upsun-httplog": "ndjson", "caddy": "ndjson", "docker": "ndjson", "gitlab": "ndjson",
    "k8s-audit": "ndjson", "kasm": "ndjson", "laurel": "ndjson", "Nextcloud": "ndjson", "ntfy": "ndjson",
    "openappsec": "ndjson", "sftpgo": "ndjson", "teleport": "ndjson", "bunkerweb": "access-log",
    "exchange-imap": "csv", "exchange-pop": "csv", "exchange-smtp": "csv", "lemonldap-ng": "syslog", "unifi": "syslog",
    "mikrotik": "syslog", "proftpd": "syslog", "miniflux": "keyvalue", "supavisor": "keyvalue",
}
# Tests whose lines are not what their `log_type` says, seen by reading them.
FOLDER_TYPES = {
    "http-bf-wordpress-bf": "syslog", "nginx-mail-bf": "error-log", "nginx-mail-logs": "error-log",
    "litespeed-http-sensitive-files": "access-log", "traefik_clf": "access-log", "traefik_json": "ndjson",
}
# Lines with a time that are also what the second word says: either reading keeps every field.
ALSO = {"syslog": ("lines",), "keyvalue": ("lines",), "lines": ("keyvalue", "error-log"), "access-log": ()}
ALSO_FOR = {"mikrotik-bf", "mikrotik-logs", "proftpd-bf", "proftpd-user-enum", "miniflux-bf", "proxmox-iptables-logs", "supavisor-logs"}

# Fields that name who or what acted, beside `user` and every address.
ACTOR_FIELDS = {"Image", "ProcessId", "ProcessName", "CommandLine", "exe", "comm", "pid", "ProcessGuid",
                "SourceImage", "Application", "client", "actor", "HostApplication", "program"}
# Logs whose records name no host of their own (an access log, a cloud's audit trail), or nobody who acts.
NO_HOST = ("web/", "keyvalue/", "aws/", "zeek/", "suricata/", "snort/", "application/", "json/", "gitlab/", "kubernetes/", "teleport/",
           "squid/", "azure/", "gcp/", "cef/", "linux/auditd", "csv/")
NO_ACTOR = ("application/", "keyvalue/", "csv/", "json/", "zeek/capture_loss", "zeek/stats", "zeek/packet_filter",
            "zeek/loaded_scripts", "zeek/reporter", "zeek/broker", "zeek/cluster", "zeek/config", "zeek/pe",
            "zeek/print", "zeek/x509", "zeek/ocsp", "suricata/eve/stats")


def lacks(kind):
    """Which of `host` and `actor` a log of that kind has no field for."""
    return {what for what, kinds in (("host", NO_HOST), ("actor", NO_ACTOR)) if kind.startswith(kinds)}


@functools.lru_cache(maxsize=None)
def actorless():
    rows = (pathlib.Path(__file__).parent / "no_actor.tsv").read_text().splitlines()
    return [row.split("\t")[:3] for row in rows if row and not row.startswith("#")]


def has_no_actor_field(form, event):
    """Whether no_actor.tsv says that such a record has no field for who or what acted."""
    for of_format, kind, field in actorless():
        if of_format not in ("*", form) or not fnmatch.fnmatchcase(event["log_source"], kind):
            continue
        name, _, text = field.partition("=")
        value = event["fields"].get(name)
        if field == "-" or (value is not None and (not text or str(value) == text)):
            return True
    return False


@functools.lru_cache(maxsize=None)
def log_type(folder):
    for line in (folder / "config.yaml").read_text().splitlines():
        if line.startswith("log_type:"):
            return line.split(":", 1)[1].strip()
    return ""


@functools.lru_cache(maxsize=None)
def has_zeek_header(path):
    return b"\n#fields" in path.read_bytes()


def of_crowdsec(data, path):
    test = path.split("/")[0]
    told = FOLDER_TYPES.get(test) or LOG_TYPES.get(log_type(data / "crowdsec-hub/.tests" / test), "lines")
    return (told, *(ALSO[told] if told == "lines" or test in ALSO_FOR else ()))


def of_otrf(path):
    name = path.split("/")[-1].split("!")[-1]
    if "__MACOSX" in path or name.startswith("._") or path.endswith((".yaml", ".md")):
        return NO_LOG
    if "atomic/linux" in path:
        return ("auditd",)
    if "LSASS" in path and name.endswith(".log"):
        return ("zeek",)
    return ("ndjson",) if name.endswith((".json", ".log")) else None


def expected(data, folder, row):
    """The formats that are right for a row of the ledger, best first; NO_LOG; None if the index does not say."""
    path = row["path"]
    if row["format"] in ARCHIVES:
        return None
    if folder in OTHERS or path.endswith(DOCUMENTS) or path.endswith("attack-phases.json"):
        return NO_LOG
    if path.endswith(".evtx"):
        return ("evtx",)
    if folder == "sigma/regression_data":
        return ("ndjson",)
    if folder == "otrf":
        return of_otrf(path)
    if folder == "hackathon-apt29":
        return ("ndjson",) if path.endswith(".log") else None
    if folder == "stratus":
        return ("ndjson",) if path.endswith(".json") else None
    if folder == "crowdsec-hub/.tests":
        return of_crowdsec(data, path) if path.endswith(".log") else None
    if folder == "zeek-baseline":
        return ("zeek",) if path.endswith(".log") and has_zeek_header(data / folder / path) else None
    if folder == "ait-alert-data-set":
        return ("csv",) if path.endswith(".txt") else NO_LOG
    if folder == "ait-alert-aggregation":
        return ("ndjson",) if path.endswith("ossec_insect.json") else NO_LOG
    return None
