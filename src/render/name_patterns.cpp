#include "render/name_patterns.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

namespace distillcfg::render {
namespace {

using Numbers = std::vector<std::string_view>;  // alternatives for one number, ascending

// Names of one skeleton (what is left of a name without its numbers), with alternatives for each number.
struct Group {
  std::vector<std::string_view> skeleton;  // before, between and behind the numbers
  std::vector<Numbers> numbers;
  std::vector<std::uint32_t> members;
};

constexpr std::size_t most_digits = 9;  // of a number in a range

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_less(std::string_view a, std::string_view b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

Group group_of(std::string_view name, std::uint32_t index) {
  Group group;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < name.size();) {
    if (!is_digit(name[i])) {
      ++i;
      continue;
    }
    const std::size_t first = i;
    while (i < name.size() && is_digit(name[i])) ++i;
    group.skeleton.push_back(name.substr(begin, first - begin));
    group.numbers.push_back({name.substr(first, i - first)});
    begin = i;
  }
  group.skeleton.push_back(name.substr(begin));
  group.members.push_back(index);
  return group;
}

// Equal for groups that differ in number `position` alone. Sizes keep pieces apart, whatever they hold.
std::string key_without(const Group& group, std::size_t position) {
  std::string key;
  const auto add = [&key](std::string_view piece) {
    key += std::to_string(piece.size());
    key += ':';
    key += piece;
  };
  for (const std::string_view piece : group.skeleton) add(piece);
  for (std::size_t i = 0; i < group.numbers.size(); ++i) {
    key += ';';
    if (i == position) continue;
    for (const std::string_view number : group.numbers[i]) add(number);
  }
  return key;
}

// Merges the groups that differ in number `position` alone, counted from the end of the name.
void merge(std::vector<Group>& groups, std::size_t position) {
  std::vector<Group> merged;
  std::map<std::string, std::size_t> places;
  for (Group& group : groups) {
    if (group.numbers.size() <= position) {
      merged.push_back(std::move(group));
      continue;
    }
    const std::size_t at = group.numbers.size() - 1 - position;
    const auto [place, is_new] = places.try_emplace(key_without(group, at), merged.size());
    if (is_new) {
      merged.push_back(std::move(group));
      continue;
    }
    Group& into = merged[place->second];
    into.numbers[at].insert(into.numbers[at].end(), group.numbers[at].begin(), group.numbers[at].end());
    into.members.insert(into.members.end(), group.members.begin(), group.members.end());
  }
  for (Group& group : merged) {
    if (group.numbers.size() <= position) continue;
    std::ranges::sort(group.numbers[group.numbers.size() - 1 - position], is_less);
  }
  groups = std::move(merged);
}

// The value of a number that may stand in a range, or -1.
std::int64_t value_of(std::string_view number) noexcept {
  if (number.size() > most_digits || (number.size() > 1 && number[0] == '0')) return -1;
  std::int64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

// "3", or "{0..4,6}"
void append_numbers(std::string& out, const Numbers& numbers) {
  if (numbers.size() == 1) {
    out += numbers[0];
    return;
  }
  out += '{';
  for (std::size_t i = 0; i < numbers.size();) {
    if (i != 0) out += ',';
    std::size_t last = i;
    const std::int64_t first_value = value_of(numbers[i]);
    while (first_value >= 0 && last + 1 < numbers.size() &&
           value_of(numbers[last + 1]) == first_value + static_cast<std::int64_t>(last + 1 - i)) {
      ++last;
    }
    out += numbers[i];
    if (last - i >= 2) {
      out += "..";
      out += numbers[last];
      i = last + 1;
    } else {
      ++i;
    }
  }
  out += '}';
}

}  // namespace

std::vector<NamePattern> name_patterns(std::span<const std::string_view> names) {
  std::vector<Group> groups;
  groups.reserve(names.size());
  std::size_t most_numbers = 0;
  for (const std::string_view name : names) {
    groups.push_back(group_of(name, static_cast<std::uint32_t>(groups.size())));
    most_numbers = std::max(most_numbers, groups.back().numbers.size());
  }
  // A name that is all numbers should not make this quadratic.
  constexpr std::size_t most_merges = 8;
  for (std::size_t position = 0; position < std::min(most_numbers, most_merges); ++position) merge(groups, position);

  std::vector<NamePattern> patterns;
  patterns.reserve(groups.size());
  for (Group& group : groups) {
    NamePattern& pattern = patterns.emplace_back();
    for (std::size_t i = 0; i < group.skeleton.size(); ++i) {
      if (i != 0) append_numbers(pattern.text, group.numbers[i - 1]);
      pattern.text += group.skeleton[i];
    }
    std::ranges::sort(group.members);
    pattern.members = std::move(group.members);
  }
  std::ranges::sort(patterns, {}, [](const NamePattern& pattern) { return pattern.members.front(); });
  return patterns;
}

}  // namespace distillcfg::render
