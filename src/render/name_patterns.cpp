#include "render/name_patterns.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

namespace distillcfg::render {
namespace {

// A name that is all numbers should not make this quadratic: those in front of so many stay as they are.
constexpr std::size_t most_merges = 8;
constexpr std::size_t most_digits = 9;  // of a number in a range
constexpr std::uint32_t none = 0xFFFF'FFFF;

// An odd number whose bits look random, as hashes want it.
constexpr std::uint64_t scatter = 0x9E37'79B9'7F4A'7C15;

using Numbers = std::vector<std::string_view>;  // alternatives for one number, ascending

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_less(std::string_view a, std::string_view b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t word) noexcept {
  hash = (hash ^ word) * scatter;
  return hash ^ hash >> 29U;
}

std::uint64_t hash_of(std::string_view text, std::uint64_t hash) noexcept {
  hash = mixed(hash, text.size());
  std::uint64_t word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    hash = mixed(hash, word);
  }
  if (text.empty()) return hash;
  word = 0;
  std::memcpy(&word, text.data(), text.size());
  return mixed(hash, word);
}

// A name that stands for itself and, with alternatives for its numbers, for others.
struct Group {
  struct Number {
    std::uint32_t begin = 0;  // in the name
    std::uint32_t end = 0;
    std::uint32_t list = none;  // of its alternatives; none: it has no other
    std::uint64_t sum = 0;      // of the hashes of these
  };

  std::string_view name;
  std::uint32_t count = 0;      // of numbers, at most most_merges
  Number numbers[most_merges];  // the last one first
  std::uint64_t hash = 0;       // of the name, with the alternatives for its numbers
  std::uint32_t into = none;    // the group that has taken this one in

  // What stands behind a number; behind number `count`, in front of all of them.
  [[nodiscard]] std::string_view behind(std::size_t i) const noexcept {
    const std::size_t begin = i == count ? 0 : numbers[i].end;
    return name.substr(begin, (i == 0 ? name.size() : numbers[i - 1].begin) - begin);
  }
  [[nodiscard]] std::string_view number(std::size_t i) const noexcept {
    return name.substr(numbers[i].begin, numbers[i].end - numbers[i].begin);
  }
  // What the hash has of number `i`.
  [[nodiscard]] std::uint64_t part(std::size_t i) const noexcept { return numbers[i].sum * (scatter + 2 * i); }
};

Group group_of(std::string_view name) {
  Group group;
  group.name = name;
  std::size_t i = name.size();
  while (group.count < most_merges) {
    while (i > 0 && !is_digit(name[i - 1])) --i;
    if (i == 0) break;
    Group::Number& number = group.numbers[group.count];
    number.end = static_cast<std::uint32_t>(i);
    while (i > 0 && is_digit(name[i - 1])) --i;
    number.begin = static_cast<std::uint32_t>(i);
    ++group.count;
  }
  for (std::size_t k = 0; k <= group.count; ++k) group.hash = hash_of(group.behind(k), group.hash);
  for (std::size_t k = 0; k < group.count; ++k) {
    group.numbers[k].sum = hash_of(group.number(k), 0);
    group.hash += group.part(k);
  }
  return group;
}

// The value of a number that may stand in a range, or -1.
std::int64_t value_of(std::string_view number) noexcept {
  if (number.size() > most_digits || (number.size() > 1 && number[0] == '0')) return -1;
  std::int64_t value = 0;
  std::from_chars(number.data(), number.data() + number.size(), value);
  return value;
}

// "{0..4,6}"
void append_numbers(std::string& out, const Numbers& numbers) {
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

class Merger {
 public:
  explicit Merger(std::span<const std::string_view> names) {
    groups_.reserve(names.size());
    left_.reserve(names.size());
    for (const std::string_view name : names) {
      left_.push_back(static_cast<std::uint32_t>(groups_.size()));
      groups_.push_back(group_of(name));
      most_numbers_ = std::max<std::size_t>(most_numbers_, groups_.back().count);
    }
  }

  std::vector<NamePattern> run() {
    for (std::size_t position = 0; position < most_numbers_ && left_.size() > 1; ++position) merge(position);
    std::vector<NamePattern> patterns;
    patterns.reserve(left_.size());
    std::vector<std::uint32_t> places(groups_.size(), none);
    for (std::uint32_t i = 0; i < groups_.size(); ++i) {
      std::uint32_t group = i;
      while (groups_[group].into != none) group = groups_[group].into;
      if (places[group] == none) {
        places[group] = static_cast<std::uint32_t>(patterns.size());
        patterns.push_back({text_of(groups_[group]), {}});
      }
      patterns[places[group]].members.push_back(i);
    }
    return patterns;
  }

 private:
  // Merges the groups that differ in number `position` alone, counted from the end of the name.
  void merge(std::size_t position) {
    slots_.assign(std::bit_ceil(left_.size() * slots_for_each), 0);
    const std::size_t first_list = lists_.size();
    std::size_t count = 0;
    for (const std::uint32_t index : left_) {
      Group& group = groups_[index];
      const std::uint32_t into = group.count > position ? find(index, position) : index;
      if (into == index) {
        left_[count++] = index;
      } else {
        take_in(groups_[into], group, position);
        group.into = into;
      }
    }
    left_.resize(count);
    for (std::size_t i = first_list; i < lists_.size(); ++i) {
      if (!std::ranges::is_sorted(lists_[i], is_less)) std::ranges::sort(lists_[i], is_less);
    }
  }

  // The first group that differs from this one in number `position` alone; or this one. Names that were made
  // so that their hashes collide are not worth a longer search: each then stays by itself.
  std::uint32_t find(std::uint32_t index, std::size_t position) {
    constexpr std::size_t most_probes = 16;
    const Group& group = groups_[index];
    const std::uint64_t hash = group.hash - group.part(position);
    std::size_t slot = hash * scatter >> 32U;
    for (std::size_t i = 0; i < most_probes; ++i, ++slot) {
      std::uint32_t& other = slots_[slot & (slots_.size() - 1)];
      if (other == 0) {
        other = index + 1;
        return index;
      }
      const Group& found = groups_[other - 1];
      if (found.hash - found.part(position) == hash) return are_alike(found, group, position) ? other - 1 : index;
    }
    return index;
  }

  [[nodiscard]] bool are_alike(const Group& a, const Group& b, std::size_t position) const {
    if (a.count != b.count || a.behind(a.count) != b.behind(b.count)) return false;
    for (std::size_t i = 0; i < a.count; ++i) {
      if (a.behind(i) != b.behind(i) || (i != position && !have_same_numbers(a, b, i))) return false;
    }
    return true;
  }
  [[nodiscard]] bool have_same_numbers(const Group& a, const Group& b, std::size_t i) const {
    const std::uint32_t list_a = a.numbers[i].list;
    const std::uint32_t list_b = b.numbers[i].list;
    if (list_a != none && list_b != none) return lists_[list_a] == lists_[list_b];
    return list_a == list_b && a.number(i) == b.number(i);
  }

  // Neither has been merged in this position before: the other has one number there.
  void take_in(Group& group, const Group& other, std::size_t position) {
    Group::Number& number = group.numbers[position];
    if (number.list == none) {
      number.list = static_cast<std::uint32_t>(lists_.size());
      lists_.push_back({group.number(position)});
    }
    lists_[number.list].push_back(other.number(position));
    group.hash += other.part(position);
    number.sum += other.numbers[position].sum;
  }

  [[nodiscard]] std::string text_of(const Group& group) const {
    std::string text(group.behind(group.count));
    for (std::size_t i = group.count; i-- > 0;) {
      if (const std::uint32_t list = group.numbers[i].list; list != none) {
        append_numbers(text, lists_[list]);
      } else {
        text += group.number(i);
      }
      text += group.behind(i);
    }
    return text;
  }

  static constexpr std::size_t slots_for_each = 8;

  std::vector<Group> groups_;        // one for each name
  std::vector<std::uint32_t> left_;  // those that no other has taken in, ascending
  std::vector<Numbers> lists_;
  std::vector<std::uint32_t> slots_;  // a hash table of groups, from 1 on; 0: none
  std::size_t most_numbers_ = 0;
};

}  // namespace

std::vector<NamePattern> name_patterns(std::span<const std::string_view> names) { return Merger(names).run(); }

}  // namespace distillcfg::render
