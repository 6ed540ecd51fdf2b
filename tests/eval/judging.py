"""One run of a scenario against its truth: pure functions over the truth and the result files."""
import metrics

STAGES = ("reconnaissance", "weaponization", "delivery", "exploitation", "installation", "command-and-control",
          "actions-on-objectives")


def steps_by_place(truth):
    """(file, offset) → (intrusion, step), both numbers."""
    return {(e["file"], e["offset"]): (n, step["step"]) for n, one in enumerate(truth["intrusions"])
            for step in one["steps"] for e in step["events"]}


def visible_stages(one):
    """Stages that a record in the logs stands for."""
    return {s["stage"] for s in one["steps"] if s["events"] and s["outcome"] == "succeeded"}


def stages_with(intrusion, *states):
    return {name for name, stage in intrusion["stages"].items() if stage["status"] in states}


def members(intrusion):
    return {d for step in intrusion["steps"] for d in step["detections"]}


def mostly(detections, number, labels):
    """Half of what can be judged is of this attack."""
    own = [labels[d] for d in detections if d in labels]
    return bool(own) and 2 * own.count(number) >= len(own)


def is_valid(intrusion, number, one, labels):
    """A third of the attack's stages, and half of what can be judged is of this attack."""
    wanted = visible_stages(one)
    third = 3 * len(stages_with(intrusion, "observed", "blocked") & wanted) >= len(wanted)
    return mostly(members(intrusion), number, labels) and third


def match(intrusions, attacks, labels):
    """Attack → reported intrusion: the assignment of the largest sum of Jaccard over valid pairs."""
    pairs = {}
    for n, one in enumerate(attacks):
        mine = {d for d, label in labels.items() if label == n}
        for i, intrusion in enumerate(intrusions):
            both = members(intrusion) & mine
            if both and is_valid(intrusion, n, one, labels):
                pairs[n, i] = len(both) / len(members(intrusion) | mine)

    def best(n, used):
        if n == len(attacks):
            return 0, {}
        top = best(n + 1, used)
        for i in range(len(intrusions)):
            if (n, i) in pairs and i not in used:
                score, chosen = best(n + 1, used | {i})
                if score + pairs[n, i] > top[0]:
                    top = score + pairs[n, i], chosen | {n: intrusions[i]}
        return top
    return best(0, frozenset())[1]


def told_steps(intrusion, number, by_id, places):
    """Step of the report → the earliest step of the truth that its detections stand for; None: of no attack's."""
    out = {}
    for step in intrusion["steps"]:
        told = [places.get((d["event"]["file"], d["event"]["offset"])) for d in map(by_id.get, step["detections"]) if d]
        told = [t[1] for t in told if t and t[0] == number]
        out[step["id"]] = min(told, default=None)
    return out


def order_of(intrusion, told):
    """Kendall's tau of the truth's steps against the report's; None where there is no order to judge."""
    return metrics.kendall_tau_b([(told[step["id"]], position) for position, step in enumerate(intrusion["steps"])
                                  if told[step["id"]] is not None])


def causes(one, seen):
    """Step that a detection tells of → the steps that may be called its cause.

    These are the nearest steps before it, in the story (`caused_by`) and as the records show it (`rests_on`: the
    foothold that it ran in, the autostart that brought it back), of which a detection tells too. A step with none
    is a root of what can be seen.
    """
    direct = {s["step"]: {s["caused_by"], *s.get("rests_on", [])} - {None} for s in one["steps"]}

    def nearest(step, passed):
        out = set()
        for cause in direct.get(step, ()):
            if cause not in passed:
                out |= {cause} if cause in seen else nearest(cause, passed | {cause})
        return out
    return {step: found for step in seen if (found := nearest(step, {step}))}


def arcs_of(intrusion, one, told, seen):
    """(right, judged, wanted): arcs of the report that are the truth's; all of the report's that leave a step of the
    truth; steps of the truth that have a cause, and of them those for which the report names one (recalled)."""
    wanted = causes(one, seen)
    drawn = {(told.get(step["parent"]), told[step["id"]]) for step in intrusion["steps"] if step["parent"]}
    drawn = {arc for arc in drawn if arc[0] != arc[1]}
    right = {arc for arc in drawn if arc[0] in wanted.get(arc[1], ())}
    return {"right": len(right), "drawn": len(drawn), "recalled": len({step for _, step in right}), "wanted": len(wanted)}


def family(technique):
    return technique.split(".")[0]


def technique_precision(intrusion, one):
    """Share of the techniques named whose family the truth has: sub-techniques are a matter of taste of rules."""
    named = {family(t) for step in intrusion["steps"] for t in step["techniques"]}
    true = {family(s["technique"]) for s in one["steps"] if s["technique"]}
    return len(named & true) / len(named) if named else None


def indicator_precision(intrusion, one):
    """Share of the indicators that are the attacker's; a file's path may stand for its hash only where truth has none."""
    named = {i["value"].lower() for i in intrusion["indicators"]}
    true = {i["value"].lower() for i in one["indicators"]}
    return len(named & true) / len(named) if named else None


def furthest(stages):
    return max(stages, key=STAGES.index, default=None)


def judge_found(hit, number, one, by_id, places, seen):
    """The columns that only a report can have."""
    observed, inferred = stages_with(hit, "observed"), stages_with(hit, "inferred")
    true, wanted, told = set(one["stages"]), visible_stages(one), told_steps(hit, number, by_id, places)
    return {"patient_zero": metrics.same_hosts([one["patient_zero"]["host"]], [hit["patient_zero"]["host"] or ""]),
            "tau": order_of(hit, told), "stage_precision": len(observed & true) / len(observed) if observed else None,
            "arcs": arcs_of(hit, one, told, seen), "technique_precision": technique_precision(hit, one),
            "indicator_precision": indicator_precision(hit, one), "score": hit["score"], "rank": hit["rank"],
            "furthest_right": hit["furthest_stage"] == furthest(wanted),
            "stage_recall": len(observed & wanted) / len(wanted) if wanted else None,
            "with_inferred": len((observed | inferred) & true) / len(true) if wanted else None}


def judge(truth, result):
    """All measures of one run."""
    places = steps_by_place(truth)
    attacks, found = truth["intrusions"], result["found"]
    intrusions = found["intrusions"]
    by_id = {d["id"]: d for d in result["detections"]}
    told = {i: places.get((d["event"]["file"], d["event"]["offset"])) for i, d in by_id.items()}
    labels = {i: place[0] if place else None for i, place in told.items()}
    cubed = metrics.b_cubed([(labels[d["id"]], d["intrusion"]) for d in result["detections"]])
    matched = match(intrusions, attacks, labels)
    ones = []
    for n, one in enumerate(attacks):
        wanted, hit = visible_stages(one), matched.get(n)
        seen = {place[1] for place in told.values() if place and place[0] == n}
        row = {"found": hit is not None, "patient_zero": False, "tau": None, "score": None, "rank": None,
               "stage_recall": 0.0 if wanted else None, "with_inferred": 0.0 if wanted else None, "stage_precision": None,
               "technique_precision": None, "indicator_precision": None, "furthest_right": False,
               "arcs": {"right": 0, "drawn": 0, "recalled": 0, "wanted": len(causes(one, seen))},
               "seen": sum(label == n for label in labels.values()),
               "lead": hit is None and any(mostly(lead["detections"], n, labels) for lead in found["leads"]),
               "first_lead": hit is None and any(mostly(lead["detections"], n, labels) for lead in found["leads"][:1])}
        if hit is not None:
            row |= judge_found(hit, n, one, by_id, places, seen)
        ones.append(row)
    owners = [{labels[d] for d in members(i) if labels.get(d) is not None} for i in intrusions]
    return {"attacks": ones, "reports": len(intrusions), "false": sum(metrics.is_false(i, labels) for i in intrusions),
            "cubed": cubed, "merged": sum(len(o) > 1 for o in owners), "pieces": sum(len(o) for o in owners),
            "detections": len(result["detections"]), "host_hours": found["exposure"]["host_hours"],
            "wall_s": result["wall"], "labels": labels}


def lump(name, detections, stages=None):
    """A report of all these detections, one step each, each caused by the one before."""
    inside = sorted(detections, key=lambda d: (d["time"], d["id"]))
    seen = stages or {max(d["stages"], key=d["stages"].get) for d in inside if d["stages"]}
    steps = [{"id": f"s-{n}", "detections": [d["id"]], "parent": f"s-{n - 1}" if n else None,
              "techniques": d["techniques"]} for n, d in enumerate(inside)]
    return {"id": name, "rank": 1, "score": 1.0, "steps": steps, "furthest_stage": furthest(seen), "indicators": [],
            "patient_zero": {"host": inside[0]["host"] or ""},
            "stages": {s: {"status": "observed" if s in seen else "not-visible"} for s in STAGES}}


def useless(result):
    """Results of four products that know nothing, over the same detections."""
    detections, hosts = result["detections"], {}
    for d in detections:
        hosts.setdefault(d["host"] or "", []).append(d)
    loud = [d for d in detections if d["rule"]["level"] in ("high", "critical")]
    products = {"one lump": [lump("lump", detections)] if detections else [],
                "one lump a host": [lump(f"lump-{n}", hosts[h]) for n, h in enumerate(sorted(hosts))],
                "constant answers": [lump("constant", loud, set(STAGES))] if loud else [], "silence": []}
    out = {}
    for name, intrusions in products.items():
        owner = {d: i["id"] for i in intrusions for d in members(i)}
        out[name] = {"found": {"intrusions": intrusions, "leads": [], "exposure": result["found"]["exposure"]},
                     "detections": [d | {"intrusion": owner.get(d["id"])} for d in detections], "wall": 0}
    return out
