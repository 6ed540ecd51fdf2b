"""What is asked of the measures beside what they are: one table, `must` and `is`, a line a goal.

A goal that was not measured in this run is shown as `not measured`, never as reached.
"""
import dataclasses


@dataclasses.dataclass
class Goal:
    """`value` is None where there was nothing to measure; `at_most` turns the comparison round."""
    name: str
    must: float
    value: float
    at_most: bool = False
    of: str = ""  # over how many things

    def reached(self):
        if self.value is None:
            return None
        return self.value <= self.must if self.at_most else self.value >= self.must


def text(value):
    return f"{value:.3f}".rstrip("0").rstrip(".")


def lines(goals):
    out = [("goal", "must", "is", "reached", "over")]
    for goal in goals:
        is_now = "not measured" if goal.value is None else text(goal.value)
        reached = {None: "-", True: "yes", False: "NO"}[goal.reached()]
        out.append((goal.name, ("<= " if goal.at_most else ">= ") + text(goal.must), is_now, reached, goal.of))
    return out


def show(goals):
    table = lines(goals)
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    print("\nmust and is")
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    judged = [goal.reached() for goal in goals if goal.reached() is not None]
    print(f"{sum(judged)} of {len(judged)} goals reached, {len(goals) - len(judged)} not measured")
