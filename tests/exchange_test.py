#!/usr/bin/env python3
"""Runs the demonstration, exports it in every form, and validates what has a schema in the data pack.

usage: exchange_test.py INTERDICT SOURCE_DIR; the pack by INTERDICT_DATA, else SOURCE_DIR/../shared/data.
Exit 77 (skipped) without the pack or without python3-jsonschema.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore")


def skip(why):
    print("SKIP:", why)
    sys.exit(77)


try:
    import jsonschema
except ImportError:
    skip("python3-jsonschema is not installed")

try:
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012
except ImportError:
    Registry = None

INTERDICT, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
DATA = pathlib.Path(os.environ.get("INTERDICT_DATA", SOURCE / ".." / "shared" / "data"))
STIX = DATA / "schemas" / "attack-flow" / "stix"
if not STIX.is_dir():
    skip(f"no data pack at {DATA}")


def load_schemas():
    """All OASIS schemas by every address under which they refer to each other."""
    store, by_type = {}, {}
    for path in sorted((STIX / "oasis-open").rglob("*.json")):
        schema = json.loads(path.read_text(encoding="utf-8"))
        schema["$schema"] = schema.get("$schema", "").rstrip("#")
        name = schema["$id"].split("/schemas/")[-1]
        for root in ("http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas/",
                     "https://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/master/schemas/"):
            store[root + name] = schema
        if path.parent.name != "common":
            by_type[path.stem] = schema
    return store, by_type


def faults(instance, schema, store):
    if Registry is None:  # before jsonschema 4.18
        resolver = jsonschema.RefResolver(schema["$id"], schema, store=store)
        validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
    else:
        resources = [(uri, DRAFT202012.create_resource(one)) for uri, one in store.items()]
        validator = jsonschema.Draft202012Validator(schema, registry=Registry().with_resources(resources))
    return [f"{'/'.join(map(str, e.path))}: {e.message[:200]}" for e in validator.iter_errors(instance)]


def report(folder, form):
    done = subprocess.run([INTERDICT, "report", folder, "--format", form], capture_output=True, timeout=300)
    assert done.returncode == 0, (form, done.stderr.decode())
    return done.stdout.decode("utf-8")


def check_bundle(bundle, store, by_type, flow_schema):
    """Validates object by object: the bundle's schema refuses custom objects. Returns counts and faults."""
    found, counts = [], {}
    ids = {o["id"] for o in bundle["objects"]}
    for thing in bundle["objects"]:
        kind = thing["type"]
        counts[kind] = counts.get(kind, 0) + 1
        if kind == "extension-definition":  # its schema refers to a definition that stands elsewhere in it
            published = json.loads((STIX / "attack-flow-extension-2.0.0.json").read_text(encoding="utf-8"))
            known = {o["id"]: o for o in published.get("objects", [published])}[thing["id"]]
            found += [f"{thing['id']}: {k}" for k in thing if k in known and thing[k] != known[k]]
            continue
        schema = flow_schema if kind.startswith("attack-") and kind != "attack-pattern" else by_type[kind]
        found += [f"{thing['id']}: {f}" for f in faults(thing, schema, store)]
        for key, value in thing.items():
            refs = value if key.endswith("_refs") else [value] if key.endswith("_ref") else []
            found += [f"{thing['id']}: {key} leads to nothing: {r}" for r in refs if r not in ids]
    return counts, found


def main():
    store, by_type = load_schemas()
    flow_schema = json.loads((STIX / "attack-flow-schema-2.0.0.json").read_text(encoding="utf-8"))
    layer_schema = json.loads((DATA / "navigator" / "navigator-layer-4.5.schema.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([INTERDICT, "demo", "--out", folder + "/demo"], check=True, capture_output=True, timeout=600)
        result = folder + "/demo/result"
        # Reading back and writing again changes nothing.
        written = (pathlib.Path(result) / "intrusions.json").read_text(encoding="utf-8")
        assert report(result, "json") == written, "json: not what hunt wrote"
        page = (pathlib.Path(result) / "report.html").read_text(encoding="utf-8")
        assert report(result, "html") == page, "html: not what hunt wrote"

        bundle = json.loads(report(result, "stix"))
        counts, found = check_bundle(bundle, store, by_type, flow_schema)
        assert not found, "\n".join(found[:20])
        for kind in ("attack-pattern", "observed-data", "sighting", "indicator", "infrastructure", "report",
                     "course-of-action", "relationship"):
            assert counts.get(kind), (kind, counts)
        flow = json.loads(report(result, "attack-flow"))
        flow_counts, found = check_bundle(flow, store, by_type, flow_schema)
        assert not found, "\n".join(found[:20])
        steps = sum(len(i["steps"]) for i in json.loads(written)["intrusions"])
        assert flow_counts["attack-action"] == steps > 0, (flow_counts, steps)
        layer = json.loads(report(result, "navigator"))
        problems = [e.message for e in jsonschema.Draft202012Validator(layer_schema).iter_errors(layer)]
        assert not problems and layer["techniques"], problems

        # The checks can fail: the same objects, broken.
        broken = json.loads(json.dumps(flow))
        action = next(o for o in broken["objects"] if o["type"] == "attack-action")
        del action["name"]
        assert check_bundle(broken, store, by_type, flow_schema)[1], "a nameless action must not pass"
        for form in ("md", "csv", "timesketch"):
            assert report(result, form).strip(), form
        missing = subprocess.run([INTERDICT, "report", folder + "/nowhere", "--format", "md"], capture_output=True)
        assert missing.returncode == 1, missing.returncode
        wrong = subprocess.run([INTERDICT, "report", result, "--format", "pdf"], capture_output=True)
        assert wrong.returncode == 2, wrong.returncode
        # Its own Attack Flow is something that plan reads.
        path = pathlib.Path(folder) / "flow.json"
        path.write_text(json.dumps(flow), encoding="utf-8")
        plan = subprocess.run([INTERDICT, "plan", "--flow", str(path), "--format", "json"], capture_output=True)
        assert plan.returncode == 0, plan.stderr.decode()
        assert json.loads(plan.stdout)["attacks"][0]["steps"] == steps
    print(f"validated: stix {counts}, attack flow {flow_counts}, layer {len(layer['techniques'])} techniques")


main()
