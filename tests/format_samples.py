"""One small log of each format that a responder is handed: written by hand from the format's documentation.

Names are those of documentation (example.org, 192.0.2.0/24 …). A row says what `decode` must make of the first record.
"""
import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Sample:
    name: str          # the format as people call it
    text: object       # str, or bytes where the encoding matters
    format: str        # what it is recognised as
    log_source: str
    time: str
    host: object = None   # None: the format's records name none
    actor: tuple = ()     # a field and its value: a user, process or address
    more: tuple = ()      # further (field, value)
    file: str = "sample.log"


def lines(*texts):
    return "\n".join(texts) + "\n"


def records(*objects):
    return lines(*(json.dumps(one) for one in objects))


EVENT_XML = """<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing" Guid="{54849625-5478-4994-a5ba-3e3b0328c30d}"/><EventID>4625</EventID><Version>0</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode><Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime="2024-03-01T10:11:12.1234567Z"/><EventRecordID>17</EventRecordID><Correlation/><Execution ProcessID="712" ThreadID="800"/><Channel>Security</Channel><Computer>pc1.example.org</Computer><Security/></System><EventData><Data Name="TargetUserName">ann</Data><Data Name="TargetDomainName">EXAMPLE</Data><Data Name="LogonType">3</Data><Data Name="IpAddress">192.0.2.7</Data></EventData></Event>"""

WINDOWS = [
    Sample("Windows XML export", "<?xml version=\"1.0\" encoding=\"utf-8\"?><Events>" + EVENT_XML + "</Events>", "windows-xml",
           "windows/security/4625", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Windows XML export in UTF-16", ("\ufeff<Events>" + EVENT_XML + "</Events>").encode("utf-16-le"), "windows-xml",
           "windows/security/4625", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Event Viewer CSV, English", lines(
        "Level,Date and Time,Source,Event ID,Task Category",
        'Information,3/1/2024 10:11:12 PM,Microsoft-Windows-Security-Auditing,4624,Logon,"An account was successfully logged on.',
        "", "Subject:", "\tSecurity ID:\t\tSYSTEM", "\tAccount Name:\t\tPC1$", "", "New Logon:", "\tSecurity ID:\t\tEXAMPLE\\ann",
        '\tAccount Name:\t\tann"',
        'Information,3/1/2024 10:11:13 PM,Microsoft-Windows-Security-Auditing,4634,Logoff,"An account was logged off."'), "csv",
           "windows/security/4624", "2024-03-01T22:11:12Z", more=(("Provider_Name", "Microsoft-Windows-Security-Auditing"),),
           file="export.csv"),
    Sample("Event Viewer CSV, German", lines(
        "Ebene,Datum und Uhrzeit,Quelle,Ereignis-ID,Aufgabenkategorie",
        'Informationen,01.03.2024 22:11:12,Microsoft-Windows-Security-Auditing,4624,Anmelden,"Ein Konto wurde erfolgreich angemeldet."',
        'Informationen,01.03.2024 22:11:13,Service Control Manager,7036,Keine,"Dienst"'), "csv",
           "windows/security/4624", "2024-03-01T22:11:12Z", more=(("EventID", 4624),), file="export.csv"),
    Sample("Event Viewer CSV, French, UTF-16", ("\ufeff" + lines(
        "Niveau,Date et heure,Source,ID de l’événement,Catégorie de la tâche",
        'Information,01/03/2024 22:11:12,Service Control Manager,7045,Aucun,"Un service a été installé."',
        'Information,13/03/2024 22:11:12,Service Control Manager,7036,Aucun,"Un service."')).encode("utf-16-le"), "csv",
           "windows/system/7045", "2024-03-01T22:11:12Z", more=(("EventID", 7045),), file="export.csv"),
    Sample("Event Viewer CSV, Spanish", lines(
        "Nivel,Fecha y hora,Origen,Id. del evento,Categoría de la tarea",
        'Información,01/03/2024 22:11:12,Microsoft-Windows-Sysmon,1,Process Create,"Process Create"',
        'Información,13/03/2024 22:11:12,Microsoft-Windows-Sysmon,5,Process,"Process"'), "csv",
           "windows/sysmon/1", "2024-03-01T22:11:12Z", file="export.csv"),
    Sample("PowerShell Get-WinEvent CSV", lines(
        '"Message","Id","Version","Level","Task","Keywords","RecordId","ProviderName","ProviderId","LogName","ProcessId","ThreadId","MachineName","UserId","TimeCreated","LevelDisplayName"',
        '"A service was installed in the system.","7045","0","4","0","-9187343239835811840","17","Service Control Manager","555908d1-a6d7-4695-8e1e-26931d2012f4","System","700","800","pc1.example.org","S-1-5-18","2024-03-01 10:11:12","Information"'),
           "csv", "windows/system/7045", "2024-03-01T10:11:12Z", "pc1.example.org", ("user", "S-1-5-18"), file="export.csv"),
    Sample("Winlogbeat", records(
        {"@timestamp": "2024-03-01T10:11:12.123Z", "winlog": {"channel": "Security", "event_id": 4625, "provider_name": "Microsoft-Windows-Security-Auditing",
         "computer_name": "pc1.example.org", "record_id": 17, "event_data": {"TargetUserName": "ann", "TargetDomainName": "EXAMPLE"}},
         "event": {"code": "4625"}, "host": {"name": "collector"}, "message": "text"}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Winlogbeat 6", records(
        {"@timestamp": "2019-03-01T10:11:12.123Z", "log_name": "Security", "event_id": 4625, "source_name": "Microsoft-Windows-Security-Auditing",
         "computer_name": "pc1.example.org", "record_number": "17", "event_data": {"TargetUserName": "ann", "TargetDomainName": "EXAMPLE"}}),
           "ndjson", "windows/security/4625", "2019-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("NXLog JSON", records(
        {"EventTime": "2024-03-01 10:11:12", "Hostname": "pc1.example.org", "Keywords": -9218868437227405312, "EventType": "AUDIT_FAILURE", "EventID": 4625,
         "SourceName": "Microsoft-Windows-Security-Auditing", "Channel": "Security", "RecordNumber": 17, "TargetUserName": "ann",
         "TargetDomainName": "EXAMPLE", "SourceModuleName": "in", "SourceModuleType": "im_msvistalog"}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Splunk export, JSON", records(
        {"preview": False, "offset": 0, "result": {"_time": "2024-03-01T10:11:12.000+00:00", "host": "pc1", "source": "XmlWinEventLog:Security",
         "sourcetype": "XmlWinEventLog", "_raw": EVENT_XML}}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Splunk export, fields", records(
        {"preview": False, "result": {"_time": "2024-03-01T10:11:12.000+00:00", "EventCode": "4625", "LogName": "Security", "ComputerName": "pc1.example.org",
         "SourceName": "Microsoft Windows security auditing.", "RecordNumber": "17", "Account_Name": "ann", "TargetUserName": "ann"}}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12.000Z", "pc1.example.org", ("user", "ann")),
    Sample("Splunk export, CSV", lines(
        '"_time",host,source,sourcetype,"_raw"',
        '"2024-03-01T10:11:12.000+0000",pc1,"XmlWinEventLog:Security",XmlWinEventLog,"' + EVENT_XML.replace('"', '""') + '"'), "csv",
           "windows/security/4625", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann"), file="export.csv"),
    Sample("Elastic export of a search", json.dumps({"took": 3, "hits": {"total": {"value": 1}, "hits": [
        {"_index": "logs", "_id": "x", "_source": {"@timestamp": "2024-03-01T10:11:12.123Z", "winlog": {"channel": "Security", "event_id": "4625",
         "computer_name": "pc1.example.org", "event_data": {"TargetUserName": "ann", "TargetDomainName": "EXAMPLE"}}}}]}}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Elastic export, one hit a line", records(
        {"_index": "logs", "_source": {"@timestamp": "2024-03-01T10:11:12.123Z", "winlog": {"channel": "Security", "event_id": "4625",
         "computer_name": "pc1.example.org", "event_data": {"TargetUserName": "ann", "TargetDomainName": "EXAMPLE"}}}}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12.123Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Wazuh archive of a Windows event", records(
        {"timestamp": "2024-03-01T10:11:13.000+0000", "agent": {"id": "003", "name": "pc1"}, "manager": {"name": "wazuh"}, "id": "1709.1",
         "full_log": "{}", "decoder": {"name": "windows_eventchannel"}, "location": "EventChannel", "data": {"win": {
             "system": {"providerName": "Microsoft-Windows-Sysmon", "eventID": "1", "systemTime": "2024-03-01T10:11:12.1234567Z", "eventRecordID": "17",
                        "processID": "700", "channel": "Microsoft-Windows-Sysmon/Operational", "computer": "pc1.example.org"},
             "eventdata": {"image": "C:\\Windows\\System32\\cmd.exe", "commandLine": "cmd /c whoami", "user": "EXAMPLE\\ann", "parentImage": "C:\\x.exe"}}}}),
           "ndjson", "windows/sysmon/1", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann"),
           (("Image", "C:\\Windows\\System32\\cmd.exe"), ("CommandLine", "cmd /c whoami"), ("ParentImage", "C:\\x.exe"))),
    Sample("Wazuh alert", records(
        {"timestamp": "2024-03-01T10:11:13.000+0000", "rule": {"level": 5, "description": "sshd: authentication failed.", "id": "5716", "groups": ["sshd"]},
         "agent": {"id": "003", "name": "web1"}, "manager": {"name": "wazuh"}, "id": "1709.1", "full_log": "x", "decoder": {"name": "sshd"},
         "data": {"srcip": "192.0.2.7", "dstuser": "ann"}, "location": "/var/log/auth.log"}), "ndjson",
           "wazuh/sshd", "2024-03-01T10:11:13.000Z", "web1", ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("evtx_dump JSON", records({"Event": {"#attributes": {"xmlns": "x"}, "System": {"Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
        "EventID": 4625, "TimeCreated": {"#attributes": {"SystemTime": "2024-03-01T10:11:12.123456Z"}}, "EventRecordID": 17, "Channel": "Security",
        "Computer": "pc1.example.org"}, "EventData": {"TargetUserName": "ann", "TargetDomainName": "EXAMPLE"}}}), "ndjson",
           "windows/security/4625", "2024-03-01T10:11:12.123456Z", "pc1.example.org", ("user", "EXAMPLE\\ann")),
    Sample("Defender for Endpoint, advanced hunting", records(
        {"Timestamp": "2024-03-01T10:11:12.1234567Z", "DeviceId": "d1", "DeviceName": "pc1.example.org", "ActionType": "ProcessCreated", "FileName": "cmd.exe",
         "FolderPath": "C:\\Windows\\System32\\cmd.exe", "ProcessId": 4242, "ProcessCommandLine": "cmd /c whoami", "AccountDomain": "EXAMPLE",
         "AccountName": "ann", "InitiatingProcessFileName": "explorer.exe", "InitiatingProcessFolderPath": "c:\\windows\\explorer.exe",
         "InitiatingProcessCommandLine": "explorer.exe", "InitiatingProcessId": 100, "SHA256": "0" * 64, "ReportId": 7}), "ndjson",
           "windows/defender/processcreated", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann"),
           (("Image", "C:\\Windows\\System32\\cmd.exe"), ("CommandLine", "cmd /c whoami"), ("ParentImage", "c:\\windows\\explorer.exe"))),
    Sample("Defender for Endpoint, CSV", lines(
        '"Timestamp","DeviceName","ActionType","FileName","FolderPath","ProcessCommandLine","AccountDomain","AccountName","InitiatingProcessFolderPath"',
        '"2024-03-01T10:11:12.1234567Z","pc1.example.org","ProcessCreated","cmd.exe","C:\\Windows\\System32\\cmd.exe","cmd /c whoami","EXAMPLE","ann","c:\\windows\\explorer.exe"'),
           "csv", "windows/defender/processcreated", "2024-03-01T10:11:12.1234567Z", "pc1.example.org", ("user", "EXAMPLE\\ann"), file="export.csv"),
    Sample("Defender alert", records(
        {"alertId": "a1", "severity": "High", "title": "Suspicious process", "alertCreationTime": "2024-03-01T10:11:12Z", "computerDnsName": "pc1.example.org",
         "relatedUser": {"userName": "ann"}, "category": "Execution"}), "ndjson",
           "microsoft/alert", "2024-03-01T10:11:12Z", "pc1.example.org", ("user", "ann")),
    Sample("Windows DNS debug log", lines(
        "DNS Server log file creation at 3/1/2024 10:00:00 AM", "Message logging key:", "",
        "3/1/2024 10:11:12 AM 0A1C PACKET  000000D1 UDP Rcv 192.0.2.7       0002   Q [0001   D   NOERROR] A      (3)www(7)example(3)org(0)"),
           "dns-debug", "windows/dns-debug", "2024-03-01T10:11:12Z", None, ("src_ip", "192.0.2.7"), (("query", "www.example.org"),)),
    Sample("Windows firewall log", lines(
        "#Version: 1.5", "#Software: Microsoft Windows Firewall", "#Time Format: Local",
        "#Fields: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path", "",
        "2024-03-01 10:11:12 DROP TCP 192.0.2.7 192.0.2.8 50000 445 52 S 1 0 64240 - - - RECEIVE"), "w3c",
           "windows/firewall-log", "2024-03-01T10:11:12Z", None, ("src_ip", "192.0.2.7"), (("blocked", "true"),), "pfirewall.log"),
    Sample("Windows DHCP log", lines(
        "\t\tMicrosoft DHCP Service Activity Log", "", "Event ID  Meaning", "00\tThe log was started.", "",
        "ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name,TransactionID,QResult",
        "10,03/01/24,10:11:12,Assign,192.0.2.7,pc1.example.org,005056C00001,,1,0"), "dhcp",
           "windows/dhcp-log", "2024-03-01T10:11:12Z", None, ("src_ip", "192.0.2.7"), (("hostname", "pc1.example.org"),)),
    Sample("IIS W3C", lines(
        "#Software: Microsoft Internet Information Services 10.0", "#Version: 1.0", "#Date: 2024-03-01 10:11:12",
        "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
        "2024-03-01 10:11:12 192.0.2.80 GET /a.aspx x=1 443 EXAMPLE\\ann 192.0.2.7 curl/8 - 200 0 0 15"), "w3c",
           "iis/w3c", "2024-03-01T10:11:12Z", "192.0.2.80", ("user", "EXAMPLE\\ann"), (("c-ip", "192.0.2.7"), ("cs-user-agent", "curl/8"))),
    Sample("PowerShell transcript", lines(
        "**********************", "Windows PowerShell transcript start", "Start time: 20240301101112", "Username: EXAMPLE\\ann", "RunAs User: EXAMPLE\\ann",
        "Machine: PC1 (Microsoft Windows NT 10.0.19045.0)", "Host Application: powershell.exe", "Process ID: 4242", "**********************",
        "Transcript started, output file is C:\\t.txt", "PS C:\\> whoami", "example\\ann"), "transcript",
           "windows/powershell-transcript", "2024-03-01T10:11:12Z", "PC1", ("user", "EXAMPLE\\ann"), (("command", "whoami"),)),
    Sample("Exchange message tracking", lines(
        "#Software: Microsoft Exchange Server", "#Version: 15.01.2507.006", "#Log-type: Message Tracking Log", "#Date: 2024-03-01T00:00:00.000Z",
        "#Fields: date-time,client-ip,client-hostname,server-ip,server-hostname,source-context,connector-id,source,event-id,internal-message-id,message-id,network-message-id,recipient-address,recipient-status,total-bytes,recipient-count,related-recipient-address,reference,message-subject,sender-address,return-path,message-info,directionality",
        '2024-03-01T10:11:12.123Z,192.0.2.7,pc1.example.org,192.0.2.25,mx1.example.org,,mx1\\Default,SMTP,RECEIVE,17,<m1@example.org>,n1,bob@example.org,,4242,1,,,"Invoice, open",ann@example.com,ann@example.com,,Incoming'),
           "csv", "exchange/tracking", "2024-03-01T10:11:12.123Z", "mx1.example.org", ("src_ip", "192.0.2.7"),
           (("sender", "ann@example.com"), ("recipient", "bob@example.org"), ("subject", "Invoice, open"))),
    Sample("Exchange protocol log", lines(
        "#Software: Microsoft Exchange Server", "#Version: 15.0.0.0", "#Log-type: SMTP Receive Protocol Log", "#Date: 2024-03-01T10:11:12.123Z",
        "#Fields: date-time,connector-id,session-id,sequence-number,local-endpoint,remote-endpoint,event,data,context",
        "2024-03-01T10:11:12.123Z,MX1\\Default,08DA,9,192.0.2.25:25,192.0.2.7:53722,>,535 5.7.3 Authentication unsuccessful,"),
           "csv", "exchange/protocol", "2024-03-01T10:11:12.123Z", None, ("src_ip", "192.0.2.7"), (("dst_port", "25"),)),
]

UNIX = [
    Sample("syslog RFC 3164", lines("<86>Mar  1 10:11:12 web1 sshd[4242]: Accepted password for ann from 192.0.2.7 port 50000 ssh2",
                                    "<86>Mar  1 10:11:13 web1 sshd[4242]: Connection closed by 192.0.2.7 port 50000"), "syslog",
           "linux/sshd", "2024-03-01T10:11:12Z", "web1", ("user", "ann"), (("src_ip", "192.0.2.7"),), "auth.log-20240301"),
    Sample("syslog RFC 5424", lines("<86>1 2024-03-01T10:11:12.123456Z web1.example.org sudo 4242 - - ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/bin/id"),
           "syslog", "linux/sudo", "2024-03-01T10:11:12.123456Z", "web1.example.org", ("user", "ann"), (("CommandLine", "/bin/id"),)),
    Sample("syslog with a plain date", lines("2024-03-01 10:11:12 web1 sshd[4242]: Accepted password for ann from 192.0.2.7 port 50000 ssh2",
                                             "2024-03-01 10:11:13 web1 su: (to root) ann on pts/0"), "syslog",
           "linux/sshd", "2024-03-01T10:11:12Z", "web1", ("user", "ann")),
    Sample("journald JSON", records({"__REALTIME_TIMESTAMP": "1709287872123456", "_HOSTNAME": "web1", "SYSLOG_IDENTIFIER": "sshd", "_PID": "4242",
        "_UID": "0", "_EXE": "/usr/sbin/sshd", "MESSAGE": "Accepted password for ann from 192.0.2.7 port 50000 ssh2"}), "ndjson",
           "linux/sshd", "2024-03-01T10:11:12.123456Z", "web1", ("user", "ann")),
    Sample("journald export", lines("__CURSOR=s=1", "__REALTIME_TIMESTAMP=1709287872123456", "_HOSTNAME=web1", "SYSLOG_IDENTIFIER=sshd", "_PID=4242",
        "MESSAGE=Accepted password for ann from 192.0.2.7 port 50000 ssh2", ""), "journal",
           "linux/sshd", "2024-03-01T10:11:12.123456Z", "web1", ("user", "ann")),
    Sample("auditd raw", lines(
        'type=SYSCALL msg=audit(1709287872.123:17): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=4242 auid=1000 uid=0 tty=pts0 ses=3 comm="id" exe="/usr/bin/id" key=(null)',
        'type=EXECVE msg=audit(1709287872.123:17): argc=2 a0="id" a1="-u"'), "auditd",
           "linux/auditd/execve", "2024-03-01T10:11:12.123Z", None, ("Image", "/usr/bin/id"), (("CommandLine", "id -u"),)),
    Sample("auditd enriched, with its node", lines(
        'node=web1 type=SYSCALL msg=audit(1709287872.123:17): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=4242 auid=1000 uid=0 tty=pts0 ses=3 comm="id" exe="/usr/bin/id"\x1dARCH=x86_64 SYSCALL=execve AUID="ann" UID="root"',
        'node=web1 type=EXECVE msg=audit(1709287872.123:17): argc=3 a0="sh" a1="-c" a2=6964203B206C73'), "auditd",
           "linux/auditd/execve", "2024-03-01T10:11:12.123Z", "web1", ("user", "ann"), (("CommandLine", "sh -c id ; ls"),)),
    Sample("auditd as JSON (Laurel)", records({"ID": "1709287872.123:17", "NODE": "web1", "SYSCALL": {"syscall": 59, "ppid": 1, "pid": 4242, "exe": "/usr/bin/id", "AUID": "ann", "UID": "root",
        "ARGV": ["0x1"]}, "EXECVE": {"argc": 2, "ARGV": ["id", "-u"]}}), "ndjson",
           "linux/auditd/execve", "2024-03-01T10:11:12.123Z", "web1", ("user", "ann"), (("CommandLine", "id -u"), ("Image", "/usr/bin/id"))),
    Sample("Sysmon for Linux", lines(
        "Mar  1 10:11:12 web1 sysmon: <Event><System><Provider Name=\"Linux-Sysmon\"/><EventID>1</EventID><TimeCreated SystemTime=\"2024-03-01T10:11:12.123456000Z\"/><Computer>web1</Computer></System><EventData><Data Name=\"Image\">/usr/bin/id</Data><Data Name=\"CommandLine\">id -u</Data><Data Name=\"User\">ann</Data></EventData></Event>"),
           "syslog", "linux/sysmon/1", "2024-03-01T10:11:12Z", "web1", ("user", "ann"), (("CommandLine", "id -u"),), "syslog-20240301"),
    Sample("Falco", records({"hostname": "web1", "output": "10:11:12: Warning shell", "priority": "Warning", "rule": "Terminal shell in container", "source": "syscall",
        "tags": ["T1059"], "time": "2024-03-01T10:11:12.123456789Z", "output_fields": {"user.name": "ann", "proc.cmdline": "bash"}}), "ndjson",
           "falco/alert", "2024-03-01T10:11:12.123456789Z", "web1", ("user", "ann"), (("CommandLine", "bash"),)),
    Sample("osquery results", records({"name": "processes", "hostIdentifier": "web1", "calendarTime": "Fri Mar  1 10:11:12 2024 UTC", "unixTime": 1709287872,
        "columns": {"path": "/usr/bin/id", "cmdline": "id -u", "pid": "4242", "username": "ann"}, "action": "added"}), "ndjson",
           "osquery/processes", "2024-03-01T10:11:12Z", "web1", ("CommandLine", "id -u")),
    Sample("su", lines("Mar  1 10:11:12 web1 su[42]: FAILED SU (to root) ann on pts/0"), "syslog", "linux/auth", "2024-03-01T10:11:12Z", "web1", ("user", "ann"),
           file="auth.log-20240301"),
    Sample("cron", lines("Mar  1 10:11:12 web1 CRON[42]: (ann) CMD (/usr/local/bin/job)"), "syslog", "linux/cron", "2024-03-01T10:11:12Z", "web1", ("user", "ann"),
           (("CommandLine", "/usr/local/bin/job"),), "syslog-20240301"),
    Sample("systemd", lines("Mar  1 10:11:12 web1 systemd[1]: Started Daily apt download activities."), "syslog", "linux/syslog", "2024-03-01T10:11:12Z", "web1", ("pid", "1"),
           (("unit", "Daily apt download activities"),), "syslog-20240301"),
    Sample("useradd", lines("Mar  1 10:11:12 web1 useradd[42]: new user: name=eve, UID=1001, GID=1001, home=/home/eve, shell=/bin/bash, from=/dev/pts/0"), "syslog",
           "linux/auth", "2024-03-01T10:11:12Z", "web1", ("target_user", "eve"), file="auth.log-20240301"),
    Sample("iptables", lines("Mar  1 10:11:12 fw1 kernel: [ 17.000000] DROP IN=eth0 OUT= MAC=00:11 SRC=192.0.2.7 DST=192.0.2.8 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=50000 DPT=22 WINDOW=64240 RES=0x00 SYN URGP=0"),
           "syslog", "linux/netfilter", "2024-03-01T10:11:12Z", "fw1", ("src_ip", "192.0.2.7"), (("dst_port", "22"),), "kern.log-20240301"),
    Sample("named", lines("Mar  1 10:11:12 ns1 named[42]: client @0x7f0000000000 192.0.2.7#50000 (www.example.org): query: www.example.org IN A +E(0)K (192.0.2.53)"), "syslog",
           "linux/named", "2024-03-01T10:11:12Z", "ns1", ("src_ip", "192.0.2.7"), (("query", "www.example.org"), ("record_type", "A")), "syslog-20240301"),
    Sample("dnsmasq", lines("Mar  1 10:11:12 gw1 dnsmasq[42]: query[A] www.example.org from 192.0.2.7"), "syslog", "linux/dnsmasq", "2024-03-01T10:11:12Z", "gw1",
           ("src_ip", "192.0.2.7"), (("query", "www.example.org"),), "syslog-20240301"),
    Sample("Postfix", lines("Mar  1 10:11:12 mx1 postfix/smtpd[42]: NOQUEUE: reject: RCPT from host.example.com[192.0.2.7]: 554 5.7.1 Relay access denied; from=<a@example.com> to=<b@example.org> proto=ESMTP helo=<x>"),
           "syslog", "linux/postfix", "2024-03-01T10:11:12Z", "mx1", ("src_ip", "192.0.2.7"), (("sender", "a@example.com"),), "mail.log-20240301"),
    Sample("Dovecot", lines("Mar  1 10:11:12 mx1 dovecot: imap-login: Login: user=<ann>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25, mpid=42, TLS, session=<x>"), "syslog",
           "linux/dovecot", "2024-03-01T10:11:12Z", "mx1", ("user", "ann"), (("src_ip", "192.0.2.7"),), "mail.log-20240301"),
    Sample("Exim", lines("2024-03-01 10:11:12 1rfABC-0001-AB <= a@example.com H=host.example.com (x) [192.0.2.7]:50000 P=esmtps S=4242",
                         "2024-03-01 10:11:13 H=(x) [192.0.2.7]:50001 F=<a@example.com> rejected RCPT <b@example.org>: relay not permitted"), "lines",
           "application/lines", "2024-03-01T10:11:12Z", None, ("src_ip", "192.0.2.7"), (("sender", "a@example.com"),), "mainlog"),
    Sample("vsftpd", lines('Fri Mar  1 10:11:12 2024 [pid 42] [ann] FAIL LOGIN: Client "192.0.2.7"', 'Fri Mar  1 10:11:13 2024 [pid 43] CONNECT: Client "192.0.2.8"'), "lines",
           "application/lines", "2024-03-01T10:11:12Z", None, ("user", "ann"), (("src_ip", "192.0.2.7"),), "vsftpd.log"),
    Sample("OpenVPN", lines("2024-03-01 10:11:12 192.0.2.7:50000 [ann] Peer Connection Initiated with [AF_INET]192.0.2.7:50000",
                            "2024-03-01 10:11:13 ann/192.0.2.7:50000 SENT CONTROL [ann]: 'PUSH_REPLY'"), "lines",
           "application/lines", "2024-03-01T10:11:12Z", None, ("user", "ann"), (("src_ip", "192.0.2.7"),), "openvpn.log"),
    Sample("fail2ban", lines("2024-03-01 10:11:12,123 fail2ban.actions        [42]: NOTICE  [sshd] Ban 192.0.2.7",
                             "2024-03-01 10:11:13,123 fail2ban.filter         [42]: INFO    [sshd] Found 192.0.2.7 - 2024-03-01 10:11:13"), "lines",
           "application/lines", "2024-03-01T10:11:12.123Z", None, ("src_ip", "192.0.2.7"), (("action", "ban"),), "fail2ban.log"),
]

NETWORK = [
    Sample("Zeek TSV", lines("#separator \\x09", "#set_separator\t,", "#empty_field\t(empty)", "#unset_field\t-", "#path\tconn", "#open\t2024-03-01-10-00-00",
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\torig_bytes\tresp_bytes",
        "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tcount\tcount",
        "1709287872.123456\tC1\t192.0.2.7\t50000\t192.0.2.8\t443\ttcp\tssl\t10\t20"), "zeek",
           "zeek/conn", "2024-03-01T10:11:12.123456Z", None, ("id.orig_h", "192.0.2.7")),
    Sample("Zeek JSON", records({"_path": "dns", "ts": "2024-03-01T10:11:12.123456Z", "uid": "C1", "id.orig_h": "192.0.2.7", "id.orig_p": 50000, "id.resp_h": "192.0.2.53",
        "id.resp_p": 53, "query": "www.example.org"}), "ndjson", "zeek/dns", "2024-03-01T10:11:12.123456Z", None, ("id.orig_h", "192.0.2.7")),
    Sample("Suricata EVE", records({"timestamp": "2024-03-01T10:11:12.123456+0000", "flow_id": 1, "event_type": "alert", "src_ip": "192.0.2.7", "src_port": 50000, "dest_ip": "192.0.2.8",
        "dest_port": 80, "proto": "TCP", "alert": {"action": "allowed", "gid": 1, "signature_id": 2000001, "rev": 1, "signature": "TEST", "category": "Misc", "severity": 2}}), "ndjson",
           "suricata/eve/alert", "2024-03-01T10:11:12.123456Z", None, ("src_ip", "192.0.2.7")),
    Sample("Snort fast alerts", lines("03/01-10:11:12.123456  [**] [1:2000001:1] TEST [**] [Classification: Misc activity] [Priority: 3] {TCP} 192.0.2.7:50000 -> 192.0.2.8:80"), "snort-fast",
           "snort/alert", "2024-03-01T10:11:12.123456Z", None, ("src_ip", "192.0.2.7"), (("signature_id", 2000001),), "alert.fast-20240301"),
    Sample("Squid", lines("1709287872.123     42 192.0.2.7 TCP_MISS/200 4242 GET http://www.example.org/a ann HIER_DIRECT/192.0.2.80 text/html"), "squid",
           "squid/access", "2024-03-01T10:11:12.123Z", None, ("user", "ann"), (("src_ip", "192.0.2.7"), ("c-uri", "http://www.example.org/a"))),
    Sample("HAProxy", lines('Mar  1 10:11:12 lb1 haproxy[42]: 192.0.2.7:50000 [01/Mar/2024:10:11:12.123] front back/web1 0/0/1/2/3 200 4242 - - ---- 1/1/0/0/0 0/0 "GET /a HTTP/1.1"'), "syslog",
           "haproxy/http", "2024-03-01T10:11:12.123Z", "lb1", ("src_ip", "192.0.2.7"), (("sc-status", 200),), "haproxy.log-20240301"),
    Sample("AWS ALB", lines('https 2024-03-01T10:11:12.123456Z app/lb/50dc 192.0.2.7:50000 192.0.2.80:80 0.001 0.002 0.000 200 200 34 366 "GET https://www.example.org:443/a HTTP/1.1" "curl/8" ECDHE TLSv1.2 arn:aws:x "Root=1" "www.example.org" "arn:cert" 0 2024-03-01T10:11:12.000000Z "forward" "-" "-" "192.0.2.80:80" "200" "-" "-"'),
           "alb", "aws/alb", "2024-03-01T10:11:12.123456Z", "app/lb/50dc", ("src_ip", "192.0.2.7"), (("cs-method", "GET"), ("cs-user-agent", "curl/8"))),
    Sample("NetFlow CSV (nfdump)", lines("ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt",
        "2024-03-01 10:11:12,2024-03-01 10:11:13,1.000,192.0.2.7,192.0.2.8,50000,443,TCP,......,0,0,10,4242,0,0"), "csv",
           "netflow/flow", "2024-03-01T10:11:12Z", None, ("src_ip", "192.0.2.7"), (("dst_port", "443"),), "flows.csv"),
    Sample("NetFlow JSON (nfdump)", records({"type": "FLOW", "first": "2024-03-01T10:11:12.123", "last": "2024-03-01T10:11:13.123", "in_packets": 10, "in_bytes": 4242, "proto": 6,
        "src4_addr": "192.0.2.7", "dst4_addr": "192.0.2.8", "src_port": 50000, "dst_port": 443}), "ndjson",
           "netflow/flow", "2024-03-01T10:11:12.123Z", None, ("src_ip", "192.0.2.7")),
    Sample("IPFIX JSON", records({"flowStartMilliseconds": 1709287872123, "sourceIPv4Address": "192.0.2.7", "destinationIPv4Address": "192.0.2.8",
        "sourceTransportPort": 50000, "destinationTransportPort": 443, "octetDeltaCount": 4242}), "ndjson",
           "netflow/flow", "2024-03-01T10:11:12.123Z", None, ("src_ip", "192.0.2.7")),
    Sample("Fortigate", lines('date=2024-03-01 time=10:11:12 devname="fw1" devid="FG1" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=192.0.2.7 srcport=50000 dstip=192.0.2.8 dstport=443 proto=6 action="deny" user="ann"'),
           "keyvalue", "fortigate/traffic", "2024-03-01T10:11:12Z", "fw1", ("src_ip", "192.0.2.7"), (("blocked", "true"),)),
    Sample("Palo Alto CSV export", lines(
        "Domain,Receive Time,Serial #,Type,Threat/Content Type,Config Version,Generate Time,Source address,Destination address,NAT Source IP,NAT Destination IP,Rule,Source User,Destination User,Application,Virtual System,Source Zone,Destination Zone,Source Port,Destination Port,Action,Device Name",
        "1,2024/03/01 10:11:13,007,TRAFFIC,end,2561,2024/03/01 10:11:12,192.0.2.7,192.0.2.8,,,allow-web,example\\ann,,ssl,vsys1,trust,untrust,50000,443,allow,fw1"), "csv",
           "paloalto/traffic", "2024-03-01T10:11:12Z", "fw1", ("src_ip", "192.0.2.7"), (("dst_port", "443"),), "traffic.csv"),
    Sample("Palo Alto syslog", lines("<14>Mar  1 10:11:13 fw1 1,2024/03/01 10:11:13,007,TRAFFIC,end,2561,2024/03/01 10:11:12,192.0.2.7,192.0.2.8,0.0.0.0,0.0.0.0,allow-web,example\\ann,,ssl,vsys1,trust,untrust,ae1,ae2,fwd,2024/03/01 10:11:13,1,1,50000,443,0,0,0x19,tcp,allow,4242,2000,2242,20"),
           "syslog", "paloalto/traffic", "2024-03-01T10:11:12Z", "fw1", ("src_ip", "192.0.2.7"), (("dst_port", "443"),), "pan.log-20240301"),
    Sample("Cisco ASA", lines("<166>Mar 01 2024 10:11:12 fw1 : %ASA-6-302013: Built inbound TCP connection 17 for outside:192.0.2.7/50000 (192.0.2.7/50000) to inside:192.0.2.8/443 (192.0.2.8/443)"),
           "syslog", "cisco/asa", "2024-03-01T10:11:12Z", "fw1", ("src_ip", "192.0.2.7"), (("dst_port", "443"),)),
    Sample("CEF", lines("CEF:0|Vendor|Product|1.0|100|Blocked|7|rt=1709287872123 src=192.0.2.7 dst=192.0.2.8 dpt=443 act=deny dvchost=fw1 suser=ann"), "cef",
           "cef/vendor", "2024-03-01T10:11:12.123Z", "fw1", ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("LEEF", lines("LEEF:1.0|Vendor|Product|1.0|100|devTime=Mar 01 2024 10:11:12\tsrc=192.0.2.7\tdst=192.0.2.8\tdstPort=443\tusrName=ann\tidentHostName=pc1"), "leef",
           "leef/vendor", "2024-03-01T10:11:12Z", "pc1", ("user", "ann"), (("src_ip", "192.0.2.7"),)),
]

WEB = [
    Sample("Apache common", lines('192.0.2.7 - ann [01/Mar/2024:10:11:12 +0000] "GET /a?x=1 HTTP/1.1" 200 4242'), "access-log", "web/access", "2024-03-01T10:11:12Z", None, ("user", "ann"),
           (("c-ip", "192.0.2.7"), ("cs-uri-stem", "/a"))),
    Sample("Apache and nginx combined", lines('192.0.2.7 - - [01/Mar/2024:10:11:12 +0000] "GET /a HTTP/1.1" 200 4242 "-" "curl/8"'), "access-log", "web/access",
           "2024-03-01T10:11:12Z", None, ("c-ip", "192.0.2.7"), (("cs-user-agent", "curl/8"),)),
    Sample("Apache with virtual host", lines('www.example.org:443 192.0.2.7 - - [01/Mar/2024:10:11:12 +0000] "GET /a HTTP/1.1" 200 4242 "-" "curl/8"'), "access-log",
           "web/access", "2024-03-01T10:11:12Z", "www.example.org:443", ("c-ip", "192.0.2.7")),
    Sample("nginx JSON", records({"time_iso8601": "2024-03-01T10:11:12+00:00", "remote_addr": "192.0.2.7", "request": "GET /a HTTP/1.1", "status": "200", "server_name": "www.example.org",
        "request_uri": "/a", "request_method": "GET", "http_user_agent": "curl/8"}), "ndjson", "web/access", "2024-03-01T10:11:12Z", "www.example.org", ("c-ip", "192.0.2.7")),
    Sample("Apache error log", lines("[Fri Mar 01 10:11:12.123456 2024] [auth_basic:error] [pid 42:tid 43] [client 192.0.2.7:50000] AH01618: user ann not found: /"), "error-log",
           "web/error/apache", "2024-03-01T10:11:12.123456Z", None, ("user", "ann"), (("c-ip", "192.0.2.7"),)),
    Sample("nginx error log", lines('2024/03/01 10:11:12 [error] 42#42: *7 open() "/x" failed (2: No such file or directory), client: 192.0.2.7, server: www.example.org, request: "GET /a HTTP/1.1", host: "www.example.org"'),
           "error-log", "web/error/nginx", "2024-03-01T10:11:12Z", "www.example.org", ("c-ip", "192.0.2.7"), (("cs-uri", "/a"),)),
    Sample("nginx by syslog", lines('<190>Mar  1 10:11:12 web1 nginx: 192.0.2.7 - - [01/Mar/2024:10:11:12 +0000] "GET /a HTTP/1.1" 200 4242 "-" "curl/8"'), "syslog",
           "web/access", "2024-03-01T10:11:12Z", "web1", ("c-ip", "192.0.2.7"), file="nginx.log-20240301"),
    Sample("Tomcat access log", lines('192.0.2.7 - ann [01/Mar/2024:10:11:12 +0000] "GET /manager/html HTTP/1.1" 401 2499'), "access-log", "web/access", "2024-03-01T10:11:12Z", None,
           ("user", "ann"), file="localhost_access_log.2024-03-01.txt"),
    Sample("Tomcat catalina", lines("01-Mar-2024 10:11:12.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [42] milliseconds",
                                    "01-Mar-2024 10:11:13.123 SEVERE [http-nio-8080-exec-1] x"), "lines", "application/lines", "2024-03-01T10:11:12.123Z", None, (), file="catalina.out"),
    Sample("Caddy", records({"level": "info", "ts": 1709287872.123456, "logger": "http.log.access", "msg": "handled request", "request": {"remote_ip": "192.0.2.7", "remote_port": "50000",
        "proto": "HTTP/2.0", "method": "GET", "host": "www.example.org", "uri": "/a", "headers": {"User-Agent": ["curl/8"]}}, "status": 200, "size": 42}), "ndjson",
           "web/access", "2024-03-01T10:11:12.123456Z", "www.example.org", ("c-ip", "192.0.2.7")),
]

AUDIT_DATA = {"CreationTime": "2024-03-01T10:11:12", "Id": "8c2e0d44-0000-4000-8000-000000000001", "Operation": "MailItemsAccessed", "OrganizationId": "o", "RecordType": 50,
              "UserId": "ann@example.org", "Workload": "Exchange", "ClientIP": "192.0.2.7", "UserType": 0, "ResultStatus": "Succeeded"}
MACOS = [
    Sample("macOS eslogger, exec", records({"schema_version": 1, "event_type": 9, "time": "2024-03-01T10:11:12.123456789Z", "global_seq_num": 1,
        "process": {"executable": {"path": "/bin/zsh"}, "ppid": 1, "audit_token": {"pid": 42, "euid": 501}},
        "event": {"exec": {"target": {"executable": {"path": "/usr/bin/id"}, "audit_token": {"pid": 43}}, "args": ["id", "-u"], "cwd": {"path": "/tmp"}}}}), "ndjson",
           "macos/endpointsecurity/exec", "2024-03-01T10:11:12.123456789Z", None, ("CommandLine", "id -u"), (("Image", "/usr/bin/id"), ("ParentImage", "/bin/zsh"))),
    Sample("macOS eslogger, create", records({"schema_version": 1, "event_type": 13, "time": "2024-03-01T10:11:12.123456789Z",
        "process": {"executable": {"path": "/bin/zsh"}, "ppid": 1, "audit_token": {"pid": 42, "euid": 501}},
        "event": {"create": {"destination_type": 1, "destination": {"new_path": {"dir": {"path": "/tmp"}, "filename": "x"}}}}}), "ndjson",
           "macos/endpointsecurity/create", "2024-03-01T10:11:12.123456789Z", None, ("Image", "/bin/zsh"), (("TargetFilename", "/tmp/x"),)),
]
NETWORK_MORE = [
    Sample("Cisco IOS", lines("<189>45: Mar  1 10:11:12: %BGP-3-NOTIFICATION: sent to neighbor 192.0.2.7 4/0 (hold time expired) 0 bytes"), "syslog",
           "cisco/bgp", "2024-03-01T10:11:12Z", None, (), file="ios.log-20240301"),
    Sample("Huawei", lines("<187>Mar  1 2024 10:11:12 r1 %%01BGP/3/BGP_AUTH_FAILED(l)[17]:BGP session authentication failed. (PeerSession=192.0.2.7:179)"), "syslog",
           "huawei/bgp", "2024-03-01T10:11:12Z", "r1"),
    Sample("Java stack trace", lines("2024-03-01 10:11:12,123 ERROR [main] x.Y - failed", "java.lang.IllegalStateException: Cannot run program",
                                     "\tat java.lang.ProcessBuilder.start(ProcessBuilder.java:1128)", "2024-03-01 10:11:13,123 INFO [main] x.Y - on"), "lines",
           "application/lines", "2024-03-01T10:11:12.123Z", file="app.log"),
]
CLOUD = [
    Sample("CloudTrail", json.dumps({"Records": [{"eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::1:user/ann", "userName": "ann"},
        "eventTime": "2024-03-01T10:11:12Z", "eventSource": "iam.amazonaws.com", "eventName": "CreateUser", "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7",
        "eventID": "e1", "userAgent": "cli"}]}), "ndjson", "aws/cloudtrail", "2024-03-01T10:11:12Z", None, ("user", "arn:aws:iam::1:user/ann"), (("src_ip", "192.0.2.7"),)),
    Sample("VPC flow", lines("version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status",
        "2 123456789010 eni-1 192.0.2.7 192.0.2.8 50000 443 6 10 4242 1709287872 1709287900 REJECT OK"), "vpcflow", "aws/vpcflow", "2024-03-01T10:11:12Z", "eni-1",
           ("src_ip", "192.0.2.7"), (("blocked", "true"),)),
    Sample("GuardDuty", records({"schemaVersion": "2.0", "accountId": "1", "region": "us-east-1", "type": "Recon:EC2/Portscan", "severity": 5, "title": "t", "updatedAt": "2024-03-01T10:11:12.123Z",
        "service": {"serviceName": "guardduty", "eventLastSeen": "2024-03-01T10:11:12.000Z"}, "resource": {"instanceDetails": {"instanceId": "i-1"}, "accessKeyDetails": {"userName": "ann"}}}),
           "ndjson", "aws/guardduty", "2024-03-01T10:11:12.000Z", "i-1", ("user", "ann")),
    Sample("S3 access", lines('79a5 bucket1 [01/Mar/2024:10:11:12 +0000] 192.0.2.7 arn:aws:iam::1:user/ann 3E57 REST.GET.OBJECT a.txt "GET /bucket1/a.txt HTTP/1.1" 200 - 113 113 7 6 "-" "cli" - x SigV4 ECDHE AuthHeader bucket1.s3.amazonaws.com TLSV1.2'),
           "s3-access", "aws/s3", "2024-03-01T10:11:12Z", None, ("user", "arn:aws:iam::1:user/ann"), (("src_ip", "192.0.2.7"),)),
    Sample("Azure activity", records({"time": "2024-03-01T10:11:12.1234567Z", "resourceId": "/SUBSCRIPTIONS/S", "operationName": "MICROSOFT.COMPUTE/VIRTUALMACHINES/WRITE", "category": "Administrative",
        "resultType": "Success", "callerIpAddress": "192.0.2.7", "identity": {"claims": {"name": "ann"}}, "caller": "ann@example.org", "correlationId": "c"}), "ndjson",
           "azure/activitylogs", "2024-03-01T10:11:12.1234567Z", None, ("src_ip", "192.0.2.7")),
    Sample("Azure sign-in", records({"time": "2024-03-01T10:11:12.1234567Z", "operationName": "Sign-in activity", "category": "SignInLogs", "resultType": "50126", "callerIpAddress": "192.0.2.7",
        "properties": {"userPrincipalName": "ann@example.org", "createdDateTime": "2024-03-01T10:11:12.1234567Z", "ipAddress": "192.0.2.7", "appDisplayName": "x"}}), "ndjson",
           "azure/signinlogs", "2024-03-01T10:11:12.1234567Z", None, ("user", "ann@example.org")),
    Sample("Azure audit", records({"time": "2024-03-01T10:11:12.1234567Z", "operationName": "Add user", "category": "AuditLogs", "properties": {"activityDisplayName": "Add user",
        "activityDateTime": "2024-03-01T10:11:12.1234567Z", "initiatedBy": {"user": {"userPrincipalName": "ann@example.org", "ipAddress": "192.0.2.7"}}}}), "ndjson",
           "azure/auditlogs", "2024-03-01T10:11:12.1234567Z", None, ("user", "ann@example.org")),
    Sample("Microsoft 365 JSON", records(AUDIT_DATA), "ndjson", "m365/audit", "2024-03-01T10:11:12Z", None, ("user", "ann@example.org"), (("Operation", "MailItemsAccessed"),)),
    Sample("Microsoft 365 CSV", lines("RecordId,CreationDate,RecordType,Operation,UserId,AuditData",
        'x,2024-03-01T10:11:12.0000000Z,50,MailItemsAccessed,ann@example.org,"' + json.dumps(AUDIT_DATA).replace('"', '""') + '"'), "csv",
           "m365/audit", "2024-03-01T10:11:12Z", None, ("user", "ann@example.org"), (("ClientIP", "192.0.2.7"),), "audit.csv"),
    Sample("GCP audit", records({"protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "authenticationInfo": {"principalEmail": "ann@example.org"},
        "requestMetadata": {"callerIp": "192.0.2.7"}, "serviceName": "iam.googleapis.com", "methodName": "google.iam.admin.v1.CreateServiceAccount"}, "insertId": "x",
        "resource": {"type": "service_account"}, "timestamp": "2024-03-01T10:11:12.123456Z", "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity"}), "ndjson",
           "gcp/audit", "2024-03-01T10:11:12.123456Z", None, ("user", "ann@example.org"), (("src_ip", "192.0.2.7"),)),
    Sample("Google Workspace", records({"kind": "admin#reports#activity", "id": {"time": "2024-03-01T10:11:12.123Z", "uniqueQualifier": "1", "applicationName": "login", "customerId": "C"},
        "actor": {"email": "ann@example.org"}, "ipAddress": "192.0.2.7", "events": [{"type": "login", "name": "login_failure"}]}), "ndjson",
           "gcp/google_workspace.login", "2024-03-01T10:11:12.123Z", None, ("user", "ann@example.org")),
    Sample("Okta", records({"uuid": "u1", "published": "2024-03-01T10:11:12.123Z", "eventType": "user.session.start", "version": "0", "severity": "INFO", "displayMessage": "User login to Okta",
        "actor": {"id": "a", "type": "User", "alternateId": "ann@example.org"}, "client": {"ipAddress": "192.0.2.7"}, "outcome": {"result": "FAILURE"}}), "ndjson",
           "okta/system", "2024-03-01T10:11:12.123Z", None, ("user", "ann@example.org"), (("src_ip", "192.0.2.7"),)),
    Sample("GitHub audit", records({"@timestamp": 1709287872123, "_document_id": "d", "action": "repo.create", "actor": "ann", "actor_ip": "192.0.2.7", "org": "example", "created_at": 1709287872123}),
           "ndjson", "github/audit", "2024-03-01T10:11:12.123Z", None, ("user", "ann")),
    Sample("GitLab audit", records({"severity": "INFO", "time": "2024-03-01T10:11:12.123Z", "author_id": 1, "author_name": "ann", "entity_id": 1, "entity_type": "User", "ip_address": "192.0.2.7",
        "target_id": 1, "target_type": "User", "target_details": "x", "with": "standard"}), "ndjson", "gitlab/audit", "2024-03-01T10:11:12.123Z", None, ("user", "ann")),
    Sample("Kubernetes audit", records({"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": "a", "stage": "ResponseComplete", "verb": "create",
        "user": {"username": "ann"}, "sourceIPs": ["192.0.2.7"], "objectRef": {"resource": "pods", "name": "p"}, "requestReceivedTimestamp": "2024-03-01T10:11:12.123456Z",
        "stageTimestamp": "2024-03-01T10:11:12.123456Z"}), "ndjson", "kubernetes/audit", "2024-03-01T10:11:12.123456Z", None, ("user", "ann"), (("src_ip", "192.0.2.7"),)),
    Sample("1Password", records({"uuid": "u1", "session_uuid": "s", "timestamp": "2024-03-01T10:11:12.123Z", "category": "firewall_failed", "type": "x", "country": "US",
        "target_user": {"uuid": "t", "email": "ann@example.org"}, "client": {"ip_address": "192.0.2.7", "app_name": "x"}}), "ndjson",
           "onepassword/events", "2024-03-01T10:11:12.123Z", None, ("user", "ann@example.org")),
    Sample("Duo", records({"txid": "t1", "timestamp": 1709287872, "isotimestamp": "2024-03-01T10:11:12.000000+00:00", "event_type": "authentication", "result": "denied", "factor": "duo_push",
        "user": {"name": "ann", "key": "k"}, "access_device": {"ip": "192.0.2.7"}, "application": {"name": "vpn"}}), "ndjson",
           "cisco/duo/authentication", "2024-03-01T10:11:12.000000Z", None, ("user", "ann")),
    Sample("Cloudflare firewall", records({"ClientIP": "192.0.2.7", "ClientRequestHost": "www.example.org", "ClientRequestMethod": "GET", "ClientRequestPath": "/a", "EdgeResponseStatus": 403,
        "Datetime": "2024-03-01T10:11:12Z", "RayID": "r", "Kind": "firewall", "Action": "block"}), "ndjson", "cloudflare/firewall", "2024-03-01T10:11:12Z", "www.example.org", ("src_ip", "192.0.2.7")),
    Sample("Zoom", records({"time": "2024-03-01T10:11:12Z", "operator": "ann@example.org", "category_type": "User", "action": "Update", "operation_detail": "Update User bob"}), "ndjson",
           "zoom/operation", "2024-03-01T10:11:12Z", None, ("user", "ann@example.org")),
    Sample("Snowflake", records({"EVENT_TIMESTAMP": "2024-03-01 10:11:12.123", "EVENT_TYPE": "LOGIN", "USER_NAME": "ANN", "CLIENT_IP": "192.0.2.7", "IS_SUCCESS": "NO",
        "REPORTED_CLIENT_TYPE": "x"}), "ndjson", "snowflake/login", "2024-03-01T10:11:12.123Z", None, ("user", "ANN")),
]

DECEPTION_AND_MAIL = [
    Sample("OpenCanary", records({"dst_host": "192.0.2.8", "dst_port": 22, "local_time": "2024-03-01 10:11:12.123456", "utc_time": "2024-03-01 10:11:12.123456", "logdata": {"USERNAME": "ann", "PASSWORD": "x"},
        "logtype": 4002, "node_id": "canary1", "src_host": "192.0.2.7", "src_port": 50000}), "ndjson", "opencanary/4002", "2024-03-01T10:11:12.123456Z", "canary1", ("src_ip", "192.0.2.7")),
    Sample("Cowrie", records({"eventid": "cowrie.login.failed", "username": "ann", "password": "x", "src_ip": "192.0.2.7", "session": "s", "sensor": "pot1", "timestamp": "2024-03-01T10:11:12.123456Z"}),
           "ndjson", "cowrie/cowrie.login.failed", "2024-03-01T10:11:12.123456Z", "pot1", ("user", "ann")),
    Sample(".eml", lines("Received: from mail.example.com (mail.example.com [192.0.2.7]) by mx1.example.org; Fri, 1 Mar 2024 10:11:13 +0000",
        "Authentication-Results: mx1.example.org; spf=fail smtp.mailfrom=example.com; dkim=none; dmarc=fail", "From: =?utf-8?q?Ann?= <ann@example.com>", "To: bob@example.org",
        "Subject: Invoice", "Date: Fri, 1 Mar 2024 10:11:12 +0000", "Message-ID: <m1@example.com>", "MIME-Version: 1.0", "Content-Type: text/plain", "", "Please open."), "mail",
           "mail/message", "2024-03-01T10:11:12Z", None, ("sender", "ann@example.com"), (("auth.spf", "fail"), ("recipient", "bob@example.org")), "a.eml"),
    Sample("mbox", lines("From ann@example.com Fri Mar  1 10:11:12 2024", "From: ann@example.com", "To: bob@example.org", "Subject: one", "Date: Fri, 1 Mar 2024 10:11:12 +0000", "", "text", "",
        "From ann@example.com Fri Mar  1 10:12:12 2024", "From: ann@example.com", "To: bob@example.org", "Subject: two", "Date: Fri, 1 Mar 2024 10:12:12 +0000", "", "text"), "mail",
           "mail/message", "2024-03-01T10:11:12Z", None, ("sender", "ann@example.com"), (), "box.mbox"),
    Sample("Exchange Online message trace", lines("PSComputerName,Organization,MessageId,Received,SenderAddress,RecipientAddress,Subject,Status,ToIP,FromIP,Size,MessageTraceId",
        "ps.example.org,example.org,<m1@example.com>,2024-03-01T10:11:12.1234567Z,ann@example.com,bob@example.org,Invoice,Delivered,,192.0.2.7,4242,t1"), "csv",
           "m365/messagetrace", "2024-03-01T10:11:12.1234567Z", None, ("sender", "ann@example.com"), (("src_ip", "192.0.2.7"),), "trace.csv"),
    Sample("Proofpoint", records({"messageTime": "2024-03-01T10:11:12.000Z", "GUID": "g", "senderIP": "192.0.2.7", "sender": "ann@example.com", "recipient": ["bob@example.org"], "subject": "Invoice"}),
           "ndjson", "proofpoint/message", "2024-03-01T10:11:12.000Z", None, ("src_ip", "192.0.2.7")),
    Sample("the generic table of alerts", lines("time,name,ip,severity", "2024-03-01T10:11:12Z,Port scan,192.0.2.7,high"), "csv", "alerts/table", "2024-03-01T10:11:12Z", "192.0.2.7", ("ip", "192.0.2.7"),
           file="alerts.csv"),
]

ALL = [*WINDOWS, *UNIX, *MACOS, *NETWORK, *NETWORK_MORE, *WEB, *CLOUD, *DECEPTION_AND_MAIL]
