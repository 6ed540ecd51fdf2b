"""Formats in their variety: other envelopes, encodings, exports and collectors than format_samples.py's.

Written by hand from the documentation that content/taxonomy names; every name is one of documentation.
"""
import json

from format_samples import AUDIT_DATA, EVENT_XML, Sample, lines, records

CLOUDTRAIL = {"eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/ann"}, "eventTime": "2024-03-01T10:11:12Z",
              "eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7", "eventID": "e1"}
KUBERNETES = {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": "a", "stage": "ResponseComplete", "verb": "create",
              "user": {"username": "ann"}, "sourceIPs": ["192.0.2.7"], "objectRef": {"resource": "pods"},
              "requestReceivedTimestamp": "2024-03-01T10:11:12.123456Z", "stageTimestamp": "2024-03-01T10:11:12.123456Z"}
FAILED = "Failed password for ann from 192.0.2.7 port 50000 ssh2"
ACCESS = '192.0.2.7 - ann [01/Mar/2024:10:11:12 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"'


def cloudtrail(name, text, file="sample.json"):
    return Sample(name, text, "ndjson", "aws/cloudtrail", "2024-03-01T10:11:12Z", None, ("user", "arn:aws:iam::1:user/ann"),
                  (("src_ip", "192.0.2.7"),), file)


ENVELOPES = [
    cloudtrail("UTF-16, big-endian, without a mark", json.dumps([CLOUDTRAIL]).encode("utf-16-be")),
    cloudtrail("UTF-8 with a mark, an array over lines", b"\xef\xbb\xbf" + json.dumps([CLOUDTRAIL], indent=2).encode()),
    cloudtrail("an array of a name of its own", json.dumps({"cursor": "x", "auditLogs": [CLOUDTRAIL]})),
    cloudtrail("an array inside an answer", json.dumps({"stat": "OK", "response": {"records": [CLOUDTRAIL], "metadata": {}}})),
    cloudtrail("records and when they were exported", json.dumps({"exportedAt": "2024-04-01T00:00:00Z", "Records": [CLOUDTRAIL, CLOUDTRAIL | {"eventID": "e2"}]})),
    cloudtrail("CloudTrail, lookup-events", json.dumps({"Events": [{"EventId": "e1", "EventName": "CreateUser", "EventTime": 1709287872.0, "Username": "ann",
                                                                  "CloudTrailEvent": json.dumps(CLOUDTRAIL)}]})),
    cloudtrail("CloudTrail in CloudWatch", records({"timestamp": 1709287872123, "message": json.dumps(CLOUDTRAIL), "ingestionTime": 1709287873123})),
    Sample("EKS audit in CloudWatch", json.dumps({"messageType": "DATA_MESSAGE", "owner": "1", "logGroup": "/aws/eks/c/cluster", "logStream": "kube-apiserver-audit-1",
        "logEvents": [{"id": "1", "timestamp": 1709287872123, "message": json.dumps(KUBERNETES)}]}), "ndjson",
           "kubernetes/audit", "2024-03-01T10:11:12.123456Z", None, ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("VPC flow in CloudWatch", json.dumps({"logGroup": "vpc", "logEvents": [{"id": "1", "timestamp": 1709287872000,
        "message": "2 123456789010 eni-1 192.0.2.7 192.0.2.8 50000 443 6 10 4242 1709287872 1709287900 REJECT OK"}]}), "ndjson",
           "aws/vpcflow", "2024-03-01T10:11:12Z", "eni-1", ("src_ip", "192.0.2.7"), (("blocked", "true"),)),
    Sample("Splunk's result of syslog", records({"preview": False, "result": {"_time": "2024-03-01T10:11:12.000+00:00", "host": "web1", "_raw": "2024-03-01T10:11:12Z web1 sshd[4242]: " + FAILED}}),
           "ndjson", "linux/sshd", "2024-03-01T10:11:12Z", "web1", ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("Filebeat, a line not parsed", records({"@timestamp": "2024-03-01T10:11:20.123Z", "message": ACCESS, "log": {"file": {"path": "/var/log/nginx/access.log"}}, "host": {"name": "web1"}}),
           "ndjson", "web/access", "2024-03-01T10:11:12Z", "web1", ("c-ip", "192.0.2.7")),
    Sample("containerd's file of an access log", lines("2024-03-01T10:11:12.123456789Z stdout F " + ACCESS), "cri", "web/access", "2024-03-01T10:11:12Z", None, ("user", "ann"),
           (("c-ip", "192.0.2.7"),)),
    Sample("rsyslog's JSON", records({"timestamp": "2024-03-01T10:11:12.123456+00:00", "host": "web1", "severity": "info", "facility": "authpriv", "syslog-tag": "sshd[4242]:", "message": " " + FAILED}),
           "ndjson", "linux/sshd", "2024-03-01T10:11:12.123456Z", "web1", ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("GELF", records({"version": "1.1", "host": "web1", "short_message": FAILED, "timestamp": 1709287872.123, "_application_name": "sshd"}), "ndjson",
           "linux/sshd", "2024-03-01T10:11:12.123Z", "web1", ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("Elastic Defend, a process", records({"@timestamp": "2024-03-01T10:11:12.123Z", "event": {"category": ["process"], "type": ["start"], "dataset": "endpoint.events.process"},
        "host": {"hostname": "pc1", "os": {"type": "windows"}}, "user": {"name": "ann", "domain": "EXAMPLE"}, "process": {"pid": 42, "executable": "C:\\a.exe", "command_line": "a.exe -x",
        "parent": {"executable": "C:\\b.exe"}}}), "ndjson", "ecs/endpoint.events.process", "2024-03-01T10:11:12.123Z", "pc1", ("user", "EXAMPLE\\ann"),
           (("Image", "C:\\a.exe"), ("CommandLine", "a.exe -x"), ("ParentImage", "C:\\b.exe"))),
    Sample("Filebeat's NetFlow", records({"@timestamp": "2024-03-01T10:11:12.000Z", "event": {"category": ["network"], "dataset": "netflow.log"}, "source": {"ip": "192.0.2.7", "port": 50000},
        "destination": {"ip": "2001:db8::8", "port": 443}}), "ndjson", "ecs/netflow.log", "2024-03-01T10:11:12.000Z", None, ("src_ip", "192.0.2.7"), (("dst_ip", "2001:db8::8"),)),
]

WINDOWS = [
    Sample("Get-WinEvent as JSON", json.dumps([{"Message": "x" * 300, "Id": 7045, "ProviderName": "Service Control Manager", "LogName": "System", "MachineName": "pc1.example.org",
        "UserId": {"BinaryLength": 12, "Value": "S-1-5-18"}, "TimeCreated": "/Date(1709287872123)/", "RecordId": 17}], indent=4).replace("/Date(1709287872123)/", "\\/Date(1709287872123)\\/"),
           "ndjson", "windows/system/7045", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "S-1-5-18")),
    Sample("NXLog's JSON in syslog", lines('<14>1 2024-03-01T10:11:12.123456Z pc1.example.org Microsoft-Windows-Security-Auditing 700 - - {"EventTime":"2024-03-01 10:11:12","Hostname":"pc1.example.org",'
        '"EventID":4625,"SourceName":"Microsoft-Windows-Security-Auditing","Channel":"Security","RecordNumber":17,"TargetUserName":"ann","TargetDomainName":"EXAMPLE"}'), "syslog",
           "windows/security/4625", "2024-03-01T10:11:12Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Velociraptor's parse_evtx", records({"System": {"Provider": {"Name": "Microsoft-Windows-Security-Auditing"}, "EventID": {"Value": 4625}, "TimeCreated": {"SystemTime": 1709287872.123},
        "EventRecordID": 17, "Channel": "Security", "Computer": "pc1.example.org"}, "EventData": {"TargetUserName": "ann", "TargetDomainName": "EXAMPLE"}}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Log Analytics, table Event", records({"TimeGenerated": "2024-03-01T10:11:12.123Z", "Source": "Microsoft-Windows-Sysmon", "EventLog": "Microsoft-Windows-Sysmon/Operational",
        "Computer": "pc1.example.org", "EventID": 1, "EventData": "<DataItem type=\"System.XmlData\"><EventData xmlns=\"x\"><Data Name=\"Image\">C:\\a.exe</Data><Data Name=\"User\">EXAMPLE\\ann</Data>"
        "</EventData></DataItem>", "Type": "Event"}), "ndjson", "windows/sysmon/1", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann"), (("Image", "C:\\a.exe"),)),
    Sample("Log Analytics, CSV", lines("TimeGenerated [UTC],Account,Computer,EventSourceName,Channel,EventID,CommandLine,NewProcessName,SubjectUserName,SubjectDomainName",
        '"3/1/2024, 10:11:12.123 AM",EXAMPLE\\ann,pc1.example.org,Microsoft-Windows-Security-Auditing,Security,4688,cmd /c whoami,C:\\cmd.exe,ann,EXAMPLE'), "csv",
           "windows/security/4688", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann"), (("Image", "C:\\cmd.exe"),), "query.csv"),
    Sample("Defender's device timeline", lines("Event Time,Computer Name,Action Type,File Name,Folder Path,Process Command Line,Account Domain,Account Name,Process Id,Initiating Process Folder Path",
        "2024-03-01T10:11:12.1234567Z,pc1.example.org,ProcessCreated,cmd.exe,C:\\cmd.exe,cmd /c whoami,EXAMPLE,ann,4242,c:\\explorer.exe"), "csv", "windows/defender/processcreated",
           "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann"), (("Image", "C:\\cmd.exe"), ("CommandLine", "cmd /c whoami")), "timeline.csv"),
    Sample("Windows XML in UTF-16, big-endian", ("\ufeff<Events>" + EVENT_XML + "</Events>").encode("utf-16-be"), "windows-xml",
           "windows/security/4625", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
]

UNIX = [
    Sample("journalctl, short-iso", lines("-- Logs begin at Fri 2024-03-01 00:00:00 UTC, end at Fri 2024-03-01 12:00:00 UTC. --", "2024-03-01T10:11:12+0000 web1 sshd[4242]: " + FAILED), "syslog",
           "linux/sshd", "2024-03-01T10:11:12Z", "web1", ("user", "ann")),
    Sample("journalctl, short-full", lines("Fri 2024-03-01 10:11:12 UTC web1 sshd[4242]: " + FAILED, "Fri 2024-03-01 10:11:13 UTC web1 systemd[1]: Started x."), "syslog",
           "linux/sshd", "2024-03-01T10:11:12Z", "web1", ("user", "ann")),
    Sample("journalctl, short-unix", lines("1709287872.123456 web1 sshd[4242]: " + FAILED, "1709287873.123456 web1 systemd[1]: Started x."), "syslog",
           "linux/sshd", "2024-03-01T10:11:12.123456Z", "web1", ("user", "ann")),
    Sample("ausearch --raw", lines("----", "time->Fri Mar  1 10:11:12 2024", 'type=EXECVE msg=audit(1709287872.123:17): argc=2 a0="id" a1="-u"',
        'type=SYSCALL msg=audit(1709287872.123:17): arch=c000003e syscall=59 success=yes ppid=1 pid=42 auid=1000 uid=0 comm="id" exe="/usr/bin/id"'), "auditd",
           "linux/auditd/execve", "2024-03-01T10:11:12.123Z", None, ("Image", "/usr/bin/id"), (("CommandLine", "id -u"),)),
    Sample("audit records in syslog", lines("2024-03-01T10:11:12Z web1 sshd[1]: x", "2024-03-01T10:11:12Z web1 sshd[1]: y", "2024-03-01T10:11:12Z web1 sshd[1]: z",
        '2024-03-01T10:11:13Z web1 audispd: type=USER_LOGIN msg=audit(1709287873.123:17): pid=42 uid=0 auid=1000 acct="ann" exe="/usr/sbin/sshd" addr=192.0.2.7 res=success'), "syslog",
           "linux/sshd", "2024-03-01T10:11:12Z", "web1", ("pid", "1")),
    Sample("sudo, refused", lines("2024-03-01T10:11:12Z web1 sudo[12]:      ann : command not allowed ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh"), "syslog",
           "linux/sudo", "2024-03-01T10:11:12Z", "web1", ("user", "ann"), (("CommandLine", "/bin/sh"), ("outcome", "failure"))),
    Sample("su, by whom", lines("2024-03-01T10:11:12Z web1 su: pam_unix(su-l:session): session opened for user root(uid=0) by ann(uid=1000)"), "syslog",
           "linux/auth", "2024-03-01T10:11:12Z", "web1", ("user", "ann"), (("target_user", "root"),)),
    Sample("OpenVPN with ctime", lines("Fri Mar  1 10:11:12 2024 192.0.2.7:50000 [ann] Peer Connection Initiated with [AF_INET]192.0.2.7:50000", "Fri Mar  1 10:11:13 2024 ann/192.0.2.7:50000 MULTI: x"),
           "lines", "application/lines", "2024-03-01T10:11:12Z", None, ("user", "ann"), (("src_ip", "192.0.2.7"),), "openvpn.log"),
    Sample("Wazuh alerts.log", lines("** Alert 1709287872.12345: - syslog,sshd,authentication_failed,", "2024 Mar 01 11:11:12 (web1) any->/var/log/auth.log", "Rule: 5716 (level 5) -> 'sshd: authentication failed.'",
        "Src IP: 192.0.2.7", "User: ann", "Mar  1 11:11:12 web1 sshd[4242]: " + FAILED, ""), "ossec-alerts", "wazuh/unknown", "2024-03-01T10:11:12Z", "web1", ("user", "ann"),
           (("src_ip", "192.0.2.7"), ("rule.id", "5716")), "alerts.log"),
    Sample("times of day, the day in the name", lines("18:37:23,568 INFO  [main] x - started", '18:38:23,568 WARN  [main] x - Login failed for user "ann" IP-address: 192.0.2.7'), "lines",
           "application/lines", "2024-03-01T18:37:23.568Z", file="app-2024-03-01.log"),
]

NETWORK = [
    Sample("Cisco IOS with its name before the time", lines("<189>45: rtr1: Mar  1 10:11:12.123: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ann] [Source: 192.0.2.7] [localport: 22]"), "syslog",
           "cisco/system", "2024-03-01T10:11:12.123Z", "rtr1", ("src_ip", "192.0.2.7"), file="ios.log-20240301"),
    Sample("ASA, EMBLEM", lines('<164>:Mar 01 10:11:12 UTC: %ASA-session-4-106023: Deny udp src outside:192.0.2.7/50000 dst inside:10.0.0.8/53 by access-group "x"'), "syslog",
           "cisco/asa", "2024-03-01T10:11:12Z", None, ("src_ip", "192.0.2.7"), (("dst_port", "53"), ("blocked", "true")), "asa.log-20240301"),
    Sample("Check Point", lines('<134>1 2024-03-01T10:11:12Z gw1 CheckPoint 42 - [action:"Drop"; flags:"1"; origin:"192.0.2.1"; time:"1709287872"; dst:"192.0.2.8"; proto:"6"; s_port:"50000"; service:"22"; src:"192.0.2.7"; user:"ann"]'),
           "syslog", "checkpoint/log", "2024-03-01T10:11:12Z", "gw1", ("src_ip", "192.0.2.7"), (("blocked", "true"), ("dst_port", "22"))),
    Sample("Juniper SRX", lines('<14>1 2024-03-01T10:11:12.123Z srx1 RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.40 source-address="192.0.2.7" source-port="50000" destination-address="192.0.2.8" destination-port="22" username="ann"]'),
           "syslog", "juniper/flow", "2024-03-01T10:11:12.123Z", "srx1", ("src_ip", "192.0.2.7"), (("dst_port", "22"), ("blocked", "true"))),
    Sample("SonicWall", lines('<134>id=firewall sn=0017C5 time="2024-03-01 10:11:12 UTC" fw=192.0.2.1 pri=6 c=1024 m=97 n=1 src=192.0.2.7:50000:X0 dst=192.0.2.8:80:X1 proto=tcp/http op=GET usr="ann"'), "syslog",
           "sonicwall/log", "2024-03-01T10:11:12Z", "192.0.2.1", ("user", "ann"), (("src_ip", "192.0.2.7"), ("dst_port", "80"))),
    Sample("Sophos", lines('device="SFW" date=2024-03-01 time=10:11:12 timezone="CET" device_name="XG" device_id=C1 log_type="Firewall" log_component="Firewall Rule" log_subtype="Denied" user_name="ann" src_ip=192.0.2.7 dst_ip=192.0.2.8'),
           "keyvalue", "sophos/firewall", "2024-03-01T10:11:12Z", "XG", ("user", "ann"), (("blocked", "true"),)),
    Sample("PAN-OS, a refused login", lines("<14>Mar  1 10:11:12 pa1 1,2024/03/01 10:11:12,001,SYSTEM,auth,0,2024/03/01 10:11:12,,auth-fail,,0,0,general,medium,\"failed authentication for user 'ann'. Reason: x. From: 192.0.2.7.\",1,0x0"),
           "syslog", "paloalto/system", "2024-03-01T10:11:12Z", "pa1", ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("nfdump 1.7, CSV", lines("firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes", "2024-03-01 10:11:12.123,0.1,TCP,192.0.2.7,50000,192.0.2.8,443,10,4242"), "csv",
           "netflow/flow", "2024-03-01T10:11:12.123Z", None, ("src_ip", "192.0.2.7"), (("dst_port", "443"),), "flows.csv"),
    Sample("HAProxy, no header captured", lines('192.0.2.7:50000 [01/Mar/2024:10:11:12.123] front~ back/web1 0/0/1/2/3 200 4242 - - ---- 1/1/0/0/0 0/0 {www.example.org|curl/8} {} "GET /a HTTP/1.1"'), "haproxy",
           "haproxy/http", "2024-03-01T10:11:12.123Z", None, ("src_ip", "192.0.2.7")),
    Sample("nginx behind proxies", lines('198.51.100.9, 192.0.2.7 - - [01/Mar/2024:10:11:12 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"'), "access-log", "web/access", "2024-03-01T10:11:12Z", None,
           ("c-ip", "192.0.2.7"), (("forwarded_for", "198.51.100.9, 192.0.2.7"),)),
    Sample("Caddy before 2.7", records({"level": "info", "ts": 1709287872.5, "logger": "http.log.access", "msg": "handled request", "request": {"remote_addr": "192.0.2.7:50000", "method": "GET",
        "host": "www.example.org", "uri": "/a"}, "status": 200}), "ndjson", "web/access", "2024-03-01T10:11:12.5Z", "www.example.org", ("c-ip", "192.0.2.7")),
]

CLOUD = [
    Sample("Microsoft 365, an address with its port", records(AUDIT_DATA | {"ClientIP": "[2001:db8::7]:50000"}), "ndjson", "m365/audit", "2024-03-01T10:11:12Z", None, ("user", "ann@example.org"),
           (("src_ip", "2001:db8::7"),)),
    Sample("Entra sign-ins, the portal's CSV", lines("Date (UTC),Request ID,User,Username,Application,IP address,Status,Sign-in error code", "2024-03-01T10:11:12Z,r,Ann,ann@example.org,Portal,192.0.2.7,Failure,50126"), "csv",
           "azure/signinlogs", "2024-03-01T10:11:12Z", None, ("user", "ann@example.org"), (("src_ip", "192.0.2.7"), ("ResultType", "50126")), "signins.csv"),
    Sample("Entra audit, the portal's CSV", lines("Date (UTC),Service,Category,Activity,Result,ActorUserPrincipalName,IPAddress,Target1DisplayName", "2024-03-01T10:11:12Z,Core Directory,UserManagement,Add user,success,ann@example.org,192.0.2.7,eve"),
           "csv", "azure/auditlogs", "2024-03-01T10:11:12Z", None, ("user", "ann@example.org"), (("src_ip", "192.0.2.7"), ("ActivityDisplayName", "Add user")), "audit.csv"),
    Sample("Sentinel sign-ins, CSV", lines('"TimeGenerated [UTC]",OperationName,Category,ResultType,UserPrincipalName,IPAddress,AppDisplayName,Type', '"3/1/2024, 10:11:12.123 AM",Sign-in activity,SignInLogs,50126,ann@example.org,192.0.2.7,Portal,SigninLogs'),
           "csv", "azure/signinlogs", "2024-03-01T10:11:12.123Z", None, ("user", "ann@example.org"), (("src_ip", "192.0.2.7"),), "query.csv"),
    Sample("GitHub audit, CSV", lines("action,actor,actor_location.country_code,created_at,org,repo,user", "repo.create,ann,DE,1709287872123,example,example/x,"), "csv", "github/audit", "2024-03-01T10:11:12.123Z",
           None, ("user", "ann"), file="audit.csv"),
    Sample("Cloudflare audit", records({"ActionResult": True, "ActionType": "login", "ActorEmail": "ann@example.org", "ActorIP": "192.0.2.7", "When": "2024-03-01T10:11:12Z"}), "ndjson",
           "cloudflare/audit", "2024-03-01T10:11:12Z", None, ("user", "ann@example.org"), (("src_ip", "192.0.2.7"),)),
    Sample("Microsoft Graph, alerts_v2", json.dumps({"value": [{"id": "x", "providerAlertId": "p", "severity": "high", "title": "t", "createdDateTime": "2024-03-01T10:12:12Z", "firstActivityDateTime": "2024-03-01T10:11:12.123Z",
        "evidence": [{"deviceDnsName": "pc1.example.org"}, {"userAccount": {"accountName": "ann", "domainName": "EXAMPLE"}}]}]}), "ndjson",
           "microsoft/alert", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
]

ALL = [*ENVELOPES, *WINDOWS, *UNIX, *NETWORK, *CLOUD]
