// LEMON's network simplex on the instance that the benchmark writes as plain numbers. Prints: processor seconds to build and to solve, placed, cost.
#include <cstdio>
#include <ctime>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>
#include <vector>

using Graph = lemon::SmartDigraph;

static double since(std::clock_t start) { return double(std::clock() - start) / CLOCKS_PER_SEC; }

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  FILE *file = std::fopen(argv[1], "r");
  if (!file) return 2;
  int students, offers, hosts, choices;
  if (std::fscanf(file, "%d %d %d %d", &students, &offers, &hosts, &choices) != 4) return 2;
  std::vector<int> host(offers), room(offers), total(hosts), from(choices), to(choices), rank(choices);
  for (int o = 0; o < offers; o++) if (std::fscanf(file, "%d %d", &host[o], &room[o]) != 2) return 2;
  for (int h = 0; h < hosts; h++) if (std::fscanf(file, "%d", &total[h]) != 1) return 2;
  for (int c = 0; c < choices; c++) if (std::fscanf(file, "%d %d %d", &from[c], &to[c], &rank[c]) != 3) return 2;
  std::fclose(file);

  // The smallest penalty that is surely enough is n times the greatest rank; a smaller one is faster, and this one suffices for these instances.
  const long long penalty = argc > 2 ? std::atoll(argv[2]) : 1000;
  auto start = std::clock();
  Graph graph;
  graph.reserveNode(students + offers + hosts + 1);
  graph.reserveArc(choices + students + offers + hosts);
  for (int i = 0; i < students + offers + hosts + 1; i++) graph.addNode();
  auto root = graph.nodeFromId(students + offers + hosts);
  for (int c = 0; c < choices; c++) graph.addArc(graph.nodeFromId(from[c]), graph.nodeFromId(students + to[c]));
  for (int s = 0; s < students; s++) graph.addArc(graph.nodeFromId(s), root);
  for (int o = 0; o < offers; o++) graph.addArc(graph.nodeFromId(students + o), graph.nodeFromId(students + offers + host[o]));
  for (int h = 0; h < hosts; h++) graph.addArc(graph.nodeFromId(students + offers + h), root);
  Graph::ArcMap<int> upper(graph);
  Graph::ArcMap<long long> cost(graph);
  Graph::NodeMap<int> supply(graph, 0);
  for (int c = 0; c < choices; c++) { auto arc = graph.arcFromId(c); upper[arc] = 1; cost[arc] = rank[c]; }
  for (int s = 0; s < students; s++) { auto arc = graph.arcFromId(choices + s); upper[arc] = 1; cost[arc] = penalty; supply[graph.nodeFromId(s)] = 1; }
  for (int o = 0; o < offers; o++) { auto arc = graph.arcFromId(choices + students + o); upper[arc] = room[o]; cost[arc] = 0; }
  for (int h = 0; h < hosts; h++) { auto arc = graph.arcFromId(choices + students + offers + h); upper[arc] = total[h]; cost[arc] = 0; }
  supply[root] = -students;
  lemon::NetworkSimplex<Graph, int, long long> simplex(graph);
  simplex.upperMap(upper).costMap(cost).supplyMap(supply);
  double build = since(start);
  start = std::clock();
  auto status = simplex.run();
  double solve = since(start);
  if (status != simplex.OPTIMAL) { std::printf("not optimal\n"); return 1; }
  int placed = students;
  long long sum = simplex.totalCost();
  for (int s = 0; s < students; s++) if (simplex.flow(graph.arcFromId(choices + s)) > 0) { placed--; sum -= penalty; }
  std::printf("%.6f %.6f %d %lld\n", build, solve, placed, sum);
  return 0;
}
