#!/usr/bin/env python3
"""Audit logs of services, one record of our own for each source: known by what is in it, with time, user and address.

usage: saas_test.py INTERDICT_BINARY
"""
import json

from support import BinaryTest, main

AT = "2026-01-05T10:00:00Z"
EPOCH = 1767607200  # the same instant
POD = {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "verb": "create", "user": {"username": "ann"},
       "sourceIPs": ["192.0.2.7"], "objectRef": {"resource": "pods", "namespace": "shop"}}
# (name, record, log source, user, address)
SOURCES = [
    ("slack", {"date_create": EPOCH, "action": "user_login",
               "actor": {"type": "user", "user": {"email": "ann@example.org"}}, "context": {"ip_address": "192.0.2.7"}},
     "slack/audit", "ann@example.org", "192.0.2.7"),
    ("slack-cut", {"p_event_time": AT, "action": "user_login", "actor": {"user": {"email": "ann@example.org"}},
                   "context": {"ip_address": "192.0.2.7", "location": {"domain": "example"}}},
     "slack/audit", "ann@example.org", "192.0.2.7"),
    ("atlas", {"created": AT, "eventTypeName": "INVITED_TO_ORG", "groupId": "1", "username": "ann@example.org",
               "remoteAddress": "192.0.2.7"}, "mongodb/events", "ann@example.org", "192.0.2.7"),
    ("atlas-lake", {"created": AT, "eventtypename": "INVITED_TO_ORG", "orgid": "1", "username": "ann@example.org",
                    "remoteaddress": "192.0.2.7"}, "mongodb/events", "ann@example.org", "192.0.2.7"),
    ("snyk", {"created": AT, "event": "org.user.role.edit", "orgId": "1", "userId": "u1"}, "snyk/audit", "u1", None),
    ("aks", {"time": AT, "category": "kube-audit", "operationName": "Microsoft.ContainerService/managedClusters/x/Read",
             "properties": {"log": json.dumps(POD)}}, "kubernetes/audit", "ann", "192.0.2.7"),
    ("falcon", {"metadata": {"eventType": "AuthActivityAuditEvent", "eventCreationTime": EPOCH * 1000},
                "event": {"UserId": "ann@example.org", "UserIp": "192.0.2.7", "OperationName": "createUser"}},
     "crowdstrike/audit", "ann@example.org", "192.0.2.7"),
    ("zscaler", {"sourcetype": "zscalernss-audit",
                 "event": {"time": "2026-01-05 10:00:00", "adminid": "ann@example.org", "clientip": "192.0.2.7",
                           "category": "LOGIN", "action": "SIGN_IN"}}, "zscaler/audit", "ann@example.org", "192.0.2.7"),
    ("carbonblack", {"eventTime": EPOCH * 1000, "eventId": "e1", "loginName": "ann@example.org", "orgName": "example.org",
                     "clientIp": "192.0.2.7", "flagged": False, "description": "Logged in"},
     "carbonblack/audit", "ann@example.org", "192.0.2.7"),
    ("claude", {"created_at": AT, "type": "service_key_created", "organization_id": "org_1",
                "actor": {"type": "user_actor", "email_address": "ann@example.org", "ip_address": "192.0.2.7"}},
     "anthropic/compliance", "ann@example.org", "192.0.2.7"),
    ("openai", {"effective_at": EPOCH, "type": "login.succeeded", "object": "organization.audit_log",
                "actor": {"type": "session", "session": {"ip_address": "192.0.2.7",
                                                         "user": {"email": "ann@example.org"}}}},
     "openai/audit", "ann@example.org", "192.0.2.7"),
]


class Services(BinaryTest):
    def decode(self, name, record):
        path = self.root / f"{name}.json"
        path.write_text(json.dumps(record) + "\n")
        done = self.run_it("decode", path)
        self.assertIn(done.returncode, (0, 3), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_each_source_has_its_name_time_user_and_address(self):
        for name, record, log_source, user, address in SOURCES:
            with self.subTest(name):
                events = self.decode(name, record)
                self.assertEqual(len(events), 1)
                self.assertEqual((events[0]["log_source"], events[0]["user"]), (log_source, user))
                self.assertEqual(events[0]["fields"].get("src_ip"), address)
                self.assertTrue(events[0]["time"].startswith("2026-01-05T10:00:00"), events[0]["time"])

    def test_a_process_of_falcon_is_of_the_system_that_it_ran_on(self):
        for platform, product in (("Mac", "macos"), ("Lin", "linux"), ("Win", "windows")):
            record = {"fdr_event_type": "ProcessRollup2", "event_platform": platform, "aid": "a1", "timestamp": AT,
                      "event": {"CommandLine": "x", "ImageFileName": "/bin/x"}}
            with self.subTest(platform):
                about = self.decode(platform, record)[0]["log_source_attributes"]
                self.assertEqual((about["product"], about["category"]), (product, ["process_creation"]))

    def test_hours_of_a_trail_that_names_no_host_are_exposure_and_no_host(self):
        rows = [{"eventVersion": "1.08", "eventTime": f"2026-01-05T{hour:02d}:10:00Z", "eventSource": "s3.amazonaws.com",
                 "eventName": "ListBuckets", "sourceIPAddress": "192.0.2.7", "awsRegion": "eu-central-1",
                 "eventID": f"00000000-0000-0000-0000-{hour:012d}",
                 "userIdentity": {"type": "IAMUser", "userName": "ann"}} for hour in (1, 2, 2, 7)]
        path = self.write("trail.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        self.assertEqual(self.hunt(path).returncode, 0)
        exposure = self.intrusions()["exposure"]
        self.assertEqual((exposure["hosts"], exposure["host_hours"]), (0, 3.0))


if __name__ == "__main__":
    main()
