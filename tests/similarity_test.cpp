// How near two names are, against the textbook's table.
#include "text/similarity.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

using namespace distillcfg::detail;

namespace {

char folded(char c) { return c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

std::string without_underscores(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (folded(c) != '_') result += folded(c);
  }
  return result;
}

// Insertions, deletions, replacements and swaps of neighbours, by the whole table.
unsigned reference(std::string_view a, std::string_view b) {
  if (a.size() > longest_similar_name || b.size() > longest_similar_name) return unlike;
  if (without_underscores(a) == without_underscores(b)) return 0;
  std::vector<std::vector<unsigned>> cost(a.size() + 1, std::vector<unsigned>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = static_cast<unsigned>(i + j);
        continue;
      }
      const unsigned replaced = cost[i - 1][j - 1] + (folded(a[i - 1]) == folded(b[j - 1]) ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && folded(a[i - 1]) == folded(b[j - 2]) && folded(a[i - 2]) == folded(b[j - 1])) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return std::min(cost[a.size()][b.size()], unlike);
}

}  // namespace

TEST_CASE("case is no change, of any letter") {
  for (char c = 'a'; c <= 'z'; ++c) {
    CAPTURE(c);
    const std::string lower = std::string("batch_") + c;
    const std::string upper = std::string("batch_") + static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    CHECK(distance(upper, lower) == 0);
    CHECK(distance(upper, lower + "x") == 1);
  }
}

TEST_CASE("one or two changes") {
  CHECK(distance("batch_num", "batch_num") == 0);
  CHECK(distance("batch_nun", "batch_num") == 1);
  CHECK(distance("batch_nm", "batch_num") == 1);
  CHECK(distance("batch_numm", "batch_num") == 1);
  CHECK(distance("batch_nmu", "batch_num") == 1);
  CHECK(distance("bacth_nmu", "batch_num") == 2);
  CHECK(distance("btch_nm", "batch_num") == 2);
  CHECK(distance("batch", "batch_num") == unlike);
  CHECK(distance("bxxxh_num", "batch_num") == unlike);
  CHECK(distance("x", "batch_num") == unlike);
}

TEST_CASE("case, hyphens and underscores do not count") {
  CHECK(distance("BATCH_NUM", "batch_num") == 0);
  CHECK(distance("batch-num", "batch_num") == 0);
  CHECK(distance("batchNum", "batch_num") == 0);
  CHECK(distance("BatchNum", "batch_num") == 0);
  CHECK(distance("__batch__num__", "batch_num") == 0);
  CHECK(distance("distillOverrideLayerTypes", "distill_override_layer_types") == 0);
  CHECK(distance("Batch-Nun", "batch_num") == 1);
}

TEST_CASE("empty and very long names") {
  CHECK(distance("", "") == 0);
  CHECK(distance("", "_") == 0);
  CHECK(distance("", "a") == 1);
  CHECK(distance("ab", "") == 2);
  CHECK(distance("abc", "") == unlike);
  const std::string longest(longest_similar_name, 'a');
  CHECK(distance(longest, longest) == 0);
  CHECK(distance(longest, longest.substr(1)) == 1);
  CHECK(distance(longest + 'a', longest + 'a') == unlike);
  CHECK(distance(longest + 'a', longest) == unlike);
  CHECK(distance(std::string(1'000'000, 'a'), "a") == unlike);
}

TEST_CASE("as the textbook's table, both ways round") {
  std::uint64_t state = 7;
  const auto random = [&state](std::size_t bound) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::size_t>(state >> 33U) % bound;
  };
  const auto word = [&random](std::size_t longest) {
    std::string text;
    const std::size_t size = random(longest + 1);
    while (text.size() < size) text += "abAB_-c"[random(7)];
    return text;
  };
  for (int i = 0; i < 60'000; ++i) {
    std::string a = word(i % 10 == 0 ? 128 : 8);
    std::string b = word(8);
    if (i % 2 == 0) {
      // Near ones, by a few edits.
      b = a;
      for (std::size_t edits = random(4); edits > 0; --edits) {
        const std::size_t at = random(b.size() + 1);
        switch (random(3)) {
          case 0: b.insert(at, 1, "abc_"[random(4)]); break;
          case 1:
            if (at < b.size()) b.erase(at, 1);
            break;
          default:
            if (at + 1 < b.size()) std::swap(b[at], b[at + 1]);
        }
      }
    }
    const unsigned expected = reference(a, b);
    if (distance(a, b) != expected) FAIL_CHECK(a << " / " << b << ": " << distance(a, b) << ", not " << expected);
    if (distance(b, a) != expected) FAIL_CHECK(b << " / " << a << ": " << distance(b, a) << ", not " << expected);
  }
}

TEST_CASE("of short names that users make up, only the nearest are near") {
  CHECK(SoughtName("a").distance_to_made_up("b") == unlike);
  CHECK(SoughtName("A").distance_to_made_up("a") == 0);
  CHECK(SoughtName("fc").distance_to_made_up("fc1") == 1);
  CHECK(SoughtName("act").distance_to_made_up("fc1") == unlike);
  CHECK(SoughtName("conv").distance_to_made_up("canvas") == unlike);
  CHECK(SoughtName("conv12").distance_to_made_up("conv") == unlike);
  CHECK(SoughtName("conv1").distance_to_made_up("cnv2") == unlike);
  CHECK(SoughtName("conv10").distance_to_made_up("conv2") == 2);
}
