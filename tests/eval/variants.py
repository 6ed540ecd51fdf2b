"""What each part of the hunt is worth, and how the result holds when the input changes.

Ablations judge themselves by benign chains that were scored with the same part left out; dropped rules are chosen by
a hash of their path and a seed. Every line says how many hunts stand behind it.
"""
import hashlib
import pathlib
import shutil

import metrics
import truth

ORDER = ["reconnaissance", "weaponization", "delivery", "exploitation", "installation", "command-and-control",
         "actions-on-objectives"]
PARTS = ("stages", "rarity", "links")


class Variants:
    """Runs hunts through `hunt(inputs, options, rules) → result` and keeps no state but the scratch folder."""

    def __init__(self, hunt, source, data, rules, scratch, wanted):
        self.hunt, self.source, self.data, self.rules = hunt, source, data, rules
        self.scratch = pathlib.Path(scratch)
        self.sets = [s for s in truth.SETS if not wanted or s.name in wanted]
        self.cuts = (0, 0)
        self.prior_lines = (source / "content/priors/rules.tsv").read_text().splitlines()

    def priors(self, name, site, trees=None):
        """The shipped counts without `site`; with other benign chains where `trees` gives some."""
        lines = [row for row in self.prior_lines
                 if not (site and "benign-" + site in row.split("\t")) and not (trees is not None and
                                                                                 row.startswith("chain\t"))]
        witness = {row.split("\t")[3]: row.split("\t")[1] for row in self.prior_lines if row.startswith("exposure\t")}
        lines += [f"chain\t{witness[corpus]}\t{round(1000 * score)}\t{corpus}"
                  for score, corpus in sorted(trees or [], reverse=True) if not (site and corpus == "benign-" + site)]
        path = self.scratch / f"{name}-{site}.tsv"
        path.write_text("\n".join(lines) + "\n")
        return ["--priors", str(path)]

    def attacked(self, options, name, trees=None, rules=None):
        """[(set, best rank of each attack, score, false reports)] of the sets that can be read."""
        out = []
        for one in self.sets:
            folder = self.scratch / f"in-{name}-{one.name}"
            folder.mkdir()
            result = self.hunt(one.inputs(self.data, folder),
                               one.options + options + self.priors(name, one.site, trees), rules or self.rules)
            labels = {d["id"]: one.label(d) for d in result["detections"]}
            labels = {k: v for k, v in labels.items() if v is not truth.UNKNOWN}
            if not labels:
                continue
            found = result["found"]["intrusions"]
            ranks = []
            for attack in range(len(one.attacks)):
                own = [i for i in found
                       if any(labels.get(d) == attack for s in i["steps"] for d in s["detections"])]
                ranks.append((own[0]["rank"], own[0]["score"]) if own else (None, 0.0))
            first = next((lead for lead in result["found"]["leads"][:1]
                          if any(labels.get(d) is not None for d in lead["detections"])), None)
            out.append({"set": one.name, "ranks": ranks, "lead": first is not None,
                        "false": sum(metrics.is_false(i, labels) for i in found)})
        return out

    def benign(self, options, name):
        """(chain scores with their corpus, false reports)."""
        trees, false = [], 0
        for one in truth.BENIGN:
            folder = self.scratch / f"in-{name}-{one.name}"
            folder.mkdir()
            result = self.hunt(one.inputs(self.data, folder), one.options + options + self.priors(name, one.site),
                               self.rules)
            if f"\t{one.name}" in "".join(r for r in self.prior_lines if r.startswith("exposure\t")):
                trees += [(score, one.name) for score in result["found"]["chain_scores"] if score > 0]
            false += len(result["found"]["intrusions"])
        return trees, false

    @staticmethod
    def line(name, rows, extra=""):
        attacks = [r for row in rows for r in row["ranks"]]
        first = sum(rank == 1 for rank, _ in attacks)
        lead = sum(row["lead"] for row in rows if all(rank is None for rank, _ in row["ranks"]))
        print(f"{name:24} rank 1: {first} of {len(attacks)}; reported: {sum(r is not None for r, _ in attacks)}; "
              f"else first lead: {lead}; false: {sum(row['false'] for row in rows)}{extra}", flush=True)

    def ablations(self):
        print("\nablations (benign chains scored with the same part left out; margin: attack's score over the best "
              "benign chain's)")
        for part in (None, *PARTS, "project's rules"):
            options, name = (["--ablate", part] if part in PARTS else []), part or "all"
            if part == "project's rules":
                options, name = ["--no-builtin-rules"], "public"
            trees, false = self.benign(options, name)
            rows = self.attacked(options, name + "-attacked", trees)
            best = max((s for s, _ in trees), default=0)
            scores = [score for row in rows for _, score in row["ranks"] if score]
            margins = " ".join(f"{s / best:.1f}" for s in scores) if best else "-"
            self.line(f"without {part}" if part else "everything", rows,
                      f"; benign reported: {false}; margins {margins}")

    def fewer_rules(self, seeds=(1, 2)):
        print("\nrules left out at random (the public ones and the project's)")
        for percent in (10, 30, 50):
            for seed in seeds:
                folder = self.scratch / f"rules-{percent}-{seed}"
                for base in (self.rules, self.source / "content/rules"):
                    for path in sorted(base.rglob("*.yml")):
                        inside = str(path.relative_to(base))
                        drawn = int(hashlib.sha256(f"{seed}/{inside}".encode()).hexdigest(), 16) % 100
                        if drawn >= percent:
                            target = folder / base.name / inside
                            target.parent.mkdir(parents=True, exist_ok=True)
                            shutil.copyfile(path, target)
                self.line(f"{percent} % out, seed {seed}",
                          self.attacked(["--no-builtin-rules"], f"drop{percent}-{seed}", rules=folder))

    def prefixes(self):
        print("\ncut after each stage: is the furthest stage right?")
        right = told = cuts = 0
        constant = {}
        for one in self.sets:
            if len(one.attacks) != 1 or len(one.attacks[0].stages) < 2:
                continue
            times = sorted((t, s) for s, t in one.attacks[0].stages.items())
            for i in range(len(times)):
                ends = ["--to", times[i + 1][0]] if i + 1 < len(times) else []
                folder = self.scratch / f"in-cut-{one.name}-{i}"
                folder.mkdir()
                result = self.hunt(one.inputs(self.data, folder), one.options + ends +
                                   self.priors(f"cut{i}", one.site), self.rules)
                if not result["detections"]:
                    break
                expected = max((s for _, s in times[:i + 1]), key=ORDER.index)
                constant[expected] = constant.get(expected, 0) + 1
                found, leads = result["found"]["intrusions"], result["found"]["leads"]
                got = found[0]["furthest_stage"] if found else None
                lead = leads[0]["furthest_stage"] if leads and not found else got
                cuts, right, told = cuts + 1, right + (got == expected), told + (lead == expected)
                print(f"  {one.name:16} to {ends[1] if ends else 'the end':21} expected {expected:22} "
                      f"reported {got}{'' if found else f', first lead {lead}'}")
        self.cuts = (right, cuts)
        if cuts:
            print(f"right at {right} of {cuts} cuts; with first leads {told}; best constant answer "
                  f"{max(constant.values())}")

    def run(self):
        self.ablations()
        self.fewer_rules()
        self.prefixes()
