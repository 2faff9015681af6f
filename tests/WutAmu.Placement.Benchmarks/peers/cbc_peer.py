"""CBC through PuLP on the instance that the benchmark writes. Prints: processor seconds to build and to solve, placed, cost."""
import resource
import sys

import pulp


def processor_time():
    of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in of)


def main(path):
    with open(path) as file:
        numbers = [int(n) for n in file.read().split()]
    students, offers, hosts, choices = numbers[:4]
    room = numbers[5:4 + 2 * offers:2]
    host = numbers[4:4 + 2 * offers:2]
    total = numbers[4 + 2 * offers:4 + 2 * offers + hosts]
    arcs = numbers[4 + 2 * offers + hosts:]
    penalty = 1000
    start = processor_time()
    problem = pulp.LpProblem("placement", pulp.LpMinimize)
    of_student = [[] for _ in range(students)]
    of_offer = [[] for _ in range(offers)]
    objective = []
    for c in range(choices):
        student, offer, rank = arcs[3 * c:3 * c + 3]
        x = pulp.LpVariable(f"x{c}", cat="Binary")
        of_student[student].append(x)
        of_offer[offer].append(x)
        objective.append((x, rank - penalty))
    problem += pulp.LpAffineExpression(objective) + penalty * students
    for mine in of_student:
        problem += pulp.LpAffineExpression([(x, 1) for x in mine]) <= 1
    for offer, mine in enumerate(of_offer):
        if mine:
            problem += pulp.LpAffineExpression([(x, 1) for x in mine]) <= room[offer]
    by_host = [[] for _ in range(hosts)]
    for offer in range(offers):
        by_host[host[offer]].extend(of_offer[offer])
    for h, mine in enumerate(by_host):
        if mine and total[h] < students:
            problem += pulp.LpAffineExpression([(x, 1) for x in mine]) <= total[h]
    build = processor_time() - start
    start = processor_time()
    problem.solve(pulp.COIN_CMD(path="cbc", msg=False, threads=1))
    solve = processor_time() - start
    value = round(pulp.value(problem.objective))
    placed = round(sum(x.value() for mine in of_student for x in mine))
    print(f"{build:.6f} {solve:.6f} {placed} {value - penalty * (students - placed)}")


main(sys.argv[1])
