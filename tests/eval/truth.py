"""The labelled sets of the data pack, what each should yield, and how its inputs are prepared.

The truth is that of the pack's index. Labels are never input: the columns that hold them are cut off first.
"""
import csv
import dataclasses
import datetime
import pathlib
from typing import Callable

UNKNOWN = object()  # inside an attack's window but not attributable: counted neither way
COMPOUND = "otrf/datasets/compound"
LAB = "otrf/datasets/atomic/windows"
LAB_DAY = [
    "lateral_movement/host/empire_wmi_dcerpc_wmi_IWbemServices_ExecMethod.zip",
    "persistence/host/empire_schtasks_creation_standard_user.zip",
    "discovery/host/empire_shell_rpc_samr_smb_group_domain_admins_standard_user.zip",
    "defense_evasion/host/empire_powerview_ldap_ntsecuritydescriptor.zip",
    "credential_access/host/empire_dcsync_dcerpc_drsuapi_DsGetNCChanges.zip",
    "discovery/host/empire_shell_net_localgroup_administrators.zip",
    "discovery/host/empire_shell_net_local_users.zip",
    "discovery/host/empire_shell_samr_EnumDomainUsers.zip",
]
OBJECTIVES = "actions-on-objectives"


@dataclasses.dataclass
class Attack:
    """One intrusion of the truth. `furthest` are the stages accepted as its end; `a|b` is one host of two names."""
    hosts: list
    furthest: set
    stages: dict = dataclasses.field(default_factory=dict)  # stage → time it began (RFC 3339)
    indicators: set = dataclasses.field(default_factory=set)


@dataclasses.dataclass
class Set:
    """A labelled set. `label(detection)` is the attack's number, None (benign) or UNKNOWN."""
    name: str
    inputs: Callable  # (data folder, scratch folder) → list of paths
    attacks: list
    label: Callable
    options: list = dataclasses.field(default_factory=list)
    site: str = ""    # benign counts of this site are left out of the priors


def paths(*names):
    return lambda data, scratch: [data / n for n in names]


def window(start, end, noise=()):
    """Inside [start, end] is the attack but for rules that are known to be noise there."""
    def label(d):
        if not start <= d["time"] <= end:
            return None
        return UNKNOWN if d["rule"]["title"] in noise else 0
    return label


def epoch(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class AitSite:
    """Alerts of one site as a generic table without its label columns."""

    def __init__(self, site, keep=lambda row: True):
        self.site, self.keep, self.labels = site, keep, {}

    def inputs(self, data, scratch):
        source = data / f"ait-alert-data-set/csv/alerts_csv/{self.site}_alerts.txt"
        target = pathlib.Path(scratch) / f"{self.site}.csv"
        with open(source, newline="") as file, open(target, "w", newline="") as out:
            rows = csv.DictReader(file)
            columns = [c for c in rows.fieldnames if not c.endswith("_label")]
            writer = csv.DictWriter(out, columns, extrasaction="ignore")
            writer.writeheader()
            for row in rows:
                if not self.keep(row):
                    continue
                writer.writerow(row)
                key = (int(float(row["time"])), row["name"])
                value = (row["time_label"], row["event_label"])
                if self.labels.get(key, ("", "-"))[1] == "-":
                    self.labels[key] = value
        return [target]

    def label(self, d):
        window_of, event = self.labels.get((int(epoch(d["time"])), d["rule"]["title"]), ("?", "-"))
        if event == "dnsteal":
            return 1
        if event != "-":
            return 0
        return None if window_of == "false_positive" else UNKNOWN


def insect_label(d):
    spans = [("2020-03-04T13:54", "2020-03-04T14:11"), ("2020-03-04T14:14", "2020-03-04T14:17"),
             ("2020-03-04T14:18", "2020-03-04T14:20"), ("2020-03-04T14:24", "2020-03-04T14:29")]
    return 0 if any(a <= d["time"] < b for a, b in spans) else None


def lab_label(d):
    # The index attests the HIGH ones; below that the recorder's own scripts on the domain controller fire too.
    return 0 if d["rule"]["level"] in ("high", "critical") else UNKNOWN


def log4shell_label(d):
    if d["host"].lower().startswith("ubuntu5"):
        return 0 if "2022-05-11T18:10:1" <= d["time"] <= "2022-05-11T18:10:40" else UNKNOWN
    return 1 if "2022-05-13T08:54:0" <= d["time"] <= "2022-05-13T08:54:20" else UNKNOWN


def aws_label(d):
    text = str(d["fields"])
    return 0 if any(word in text for word in ("ListBuckets", "ListObjects", "GetObject")) else UNKNOWN


NOISE = ("Sysmon Blocked File Shredding",)
RUSSELL, SHAW = AitSite("russellmitchell"), AitSite("shaw")

SETS = [
    Set("lsass01", paths(f"{COMPOUND}/LSASS_campaign_01"),
        [Attack(["MKT01"], {OBJECTIVES},
                {"delivery": "2023-08-16T04:54:08Z", "exploitation": "2023-08-16T04:54:31Z",
                 "command-and-control": "2023-08-16T04:54:33Z", "installation": "2023-08-16T04:56:15Z",
                 OBJECTIVES: "2023-08-16T04:54:58Z"}, {"10.0.5.13"})],
        window("2023-08-16T04:54:05", "2023-08-16T04:59:20", NOISE), site="lsass01-rest"),
    Set("lsass04", paths(f"{COMPOUND}/LSASS_campaign_04"),
        [Attack(["IT01"], {OBJECTIVES},
                {"delivery": "2023-08-27T22:04:40Z", "exploitation": "2023-08-27T22:05:20Z",
                 "command-and-control": "2023-08-27T22:05:22Z", OBJECTIVES: "2023-08-27T22:05:51Z"},
                {"10.0.5.13"})],
        window("2023-08-27T22:04:35", "2023-08-27T22:08:50", NOISE), site="lsass04-rest"),
    Set("log4shell", paths(f"{COMPOUND}/Log4Shell"),
        [Attack(["UBUNTU5"], {"command-and-control", OBJECTIVES},
                {"exploitation": "2022-05-11T18:10:22Z", "command-and-control": "2022-05-11T18:10:23Z"},
                {"192.168.2.6"}),
         Attack(["WORKSTATION5"], {"command-and-control"},
                {"exploitation": "2022-05-13T08:54:06Z", "command-and-control": "2022-05-13T08:54:08Z"},
                {"192.168.3.5"})],
        log4shell_label),
    Set("apt29-zeek", paths(f"{COMPOUND}/apt29/day1/zeek/combined_zeek.log"),
        [Attack(["10.0.1.4", "10.0.1.6"], {OBJECTIVES},
                {"command-and-control": "2020-04-30T00:08:02Z", OBJECTIVES: "2020-04-30T00:24:19Z"},
                {"192.168.0.4", "192.168.0.5"})],
        lambda d: 0 if d["rule"]["level"] in ("medium", "high", "critical") else UNKNOWN),
    Set("lab-day", lambda data, scratch: [data / LAB / name for name in LAB_DAY],
        [Attack(["WORKSTATION5", "WORKSTATION6", "MORDORDC"], {OBJECTIVES},
                {"command-and-control": "2020-09-21T04:14:38Z", "installation": "2020-09-21T07:15:27Z",
                 OBJECTIVES: "2020-09-21T08:08:50Z"}, {"10.10.10.5"})], lab_label),
    Set("insect", paths("ait-alert-aggregation/data/ossec/ossec_insect.json"),
        [Attack(["192.168.10.21|user-0"], {"installation", "exploitation", OBJECTIVES},
                {"reconnaissance": "2020-03-04T13:55:05Z", "delivery": "2020-03-04T14:15:00Z",
                 "installation": "2020-03-04T14:18:00Z"}, {"192.168.10.18"})], insect_label),
    Set("ait-russellmitchell", RUSSELL.inputs,
        [Attack(["intranet_server"], {OBJECTIVES},
                {"reconnaissance": "2022-01-24T03:57:10Z", "installation": "2022-01-24T03:58:19Z",
                 OBJECTIVES: "2022-01-24T04:10:00Z"}),
         Attack(["internal_share", "inet-firewall"], {OBJECTIVES})], RUSSELL.label, site="russellmitchell"),
    Set("ait-shaw", SHAW.inputs,
        [Attack(["intranet_server"], {OBJECTIVES},
                {"reconnaissance": "2022-01-29T14:38:40Z", "installation": "2022-01-29T14:39:40Z",
                 OBJECTIVES: "2022-01-29T14:45:00Z"}),
         Attack(["internal_share", "inet-firewall"], {OBJECTIVES})], SHAW.label, site="shaw"),
    Set("aws-s3", paths("otrf/datasets/atomic/aws/collection/ec2_proxy_s3_exfiltration.zip"),
        [Attack([], {OBJECTIVES}, {OBJECTIVES: "2020-09-14T00:44:00Z"})], aws_label),
]


@dataclasses.dataclass
class Benign:
    """Input that holds no attack: whatever is reported is false."""
    name: str
    inputs: Callable
    options: list = dataclasses.field(default_factory=list)
    site: str = ""


def benign_rows(row):
    return row["time_label"] == "false_positive" and row["event_label"] == "-"


BENIGN = [
    Benign("benign-evtx-rs", paths("evtx-rs/samples")),
    Benign("benign-lsass01-rest", paths(f"{COMPOUND}/LSASS_campaign_01"), ["--from", "2023-08-16T04:59:21Z"],
           site="lsass01-rest"),
    Benign("benign-lsass04-rest", paths(f"{COMPOUND}/LSASS_campaign_04"), ["--from", "2023-08-27T22:08:51Z"],
           site="lsass04-rest"),
    Benign("benign-russellmitchell", AitSite("russellmitchell", benign_rows).inputs, site="russellmitchell"),
    Benign("benign-shaw", AitSite("shaw", benign_rows).inputs, site="shaw"),
]
