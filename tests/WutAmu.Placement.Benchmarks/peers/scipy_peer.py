"""scipy's sparse weighted bipartite matching on the instance that the benchmark writes. Prints: processor seconds to build and to solve, placed, cost.

Each place of an offer is a column; a column of its own stands for each student without a place. Hosts' totals are not limits in these instances.
"""
import sys
import time

import numpy
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching


def main(path):
    numbers = numpy.fromstring(open(path).read(), dtype=numpy.int64, sep=" ")
    students, offers, hosts, choices = (int(n) for n in numbers[:4])
    room = numbers[4:4 + 2 * offers].reshape(-1, 2)[:, 1]
    arcs = numbers[4 + 2 * offers + hosts:].reshape(-1, 3)
    penalty = 1000
    start = time.process_time()
    first = numpy.concatenate(([0], numpy.cumsum(room)))
    repeat = room[arcs[:, 1]]
    rows = numpy.repeat(arcs[:, 0], repeat)
    weights = numpy.repeat(arcs[:, 2], repeat)
    columns = numpy.repeat(first[arcs[:, 1]], repeat) + (numpy.arange(len(rows)) - numpy.repeat(numpy.cumsum(repeat) - repeat, repeat))
    own = numpy.arange(students)
    matrix = coo_matrix((
        numpy.concatenate((weights, numpy.full(students, penalty))),
        (numpy.concatenate((rows, own)), numpy.concatenate((columns, first[-1] + own)))), shape=(students, int(first[-1]) + students)).tocsr()
    build = time.process_time() - start
    start = time.process_time()
    row, column = min_weight_full_bipartite_matching(matrix)
    solve = time.process_time() - start
    placed = int((column < first[-1]).sum())
    cost = int(matrix[row, column].sum()) - penalty * (students - placed)
    print(f"{build:.6f} {solve:.6f} {placed} {cost}")


main(sys.argv[1])
