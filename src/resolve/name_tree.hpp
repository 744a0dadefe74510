// Names in order of their bits: where a hash table goes whose names were chosen to collide.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "distillcfg/memory.hpp"
#include "resolve/arrays.hpp"
#include "text/scan.hpp"

namespace distillcfg::detail {

// A crit-bit tree over names that live elsewhere. Looking a name up or adding it takes at most nine steps
// for each of its bytes, whatever the other names are.
class NameTree {
 public:
  static constexpr std::uint32_t none = 0xFFFF'FFFF;

  [[nodiscard]] bool in_use() const noexcept { return nodes_ != nullptr; }

  // Room for so many names; what was added stays. False if there is no memory.
  [[nodiscard]] bool reserve(Arena& arena, std::uint32_t capacity) noexcept {
    auto* const nodes = allocate_array<Node>(arena, capacity);
    if (nodes == nullptr) return false;
    for (std::uint32_t i = 0; i + 1 < size_; ++i) new (nodes + i) Node(nodes_[i]);
    nodes_ = nodes;
    return true;
  }

  // The number of a name among `names`, or `none`.
  [[nodiscard]] std::uint32_t find(const std::string_view* names, std::string_view name) const noexcept {
    const std::uint32_t number = nearest(name);
    return number != none && same_names(names[number], name) ? number : none;
  }

  // Adds names[number], which is not in the tree; the numbers come one by one from 0 on.
  void add(const std::string_view* names, std::uint32_t number) noexcept {
    const std::string_view name = names[number];
    if (size_++ == 0) {
      root_ = leaf | number;
      return;
    }
    const Bit bit = first_difference(names[nearest(name)], name);
    std::uint32_t* link = &root_;
    while ((*link & leaf) == 0 && nodes_[*link].bit < bit)
      link = &nodes_[*link].child[value_of(name, nodes_[*link].bit)];
    Node* const node = new (nodes_ + (number - 1)) Node{bit, {*link, *link}, number};
    node->child[value_of(name, bit)] = leaf | number;
    *link = number - 1;
  }

 private:
  // Numbers of names end where the marks of leaves begin.
  static constexpr std::uint32_t leaf = 0x8000'0000;

  // Where names part: nine bits for each byte, the first of which says that there is a byte.
  struct Bit {
    std::uint32_t byte;
    std::uint32_t mask;  // presence, or one bit of the byte

    friend bool operator<(const Bit& a, const Bit& b) noexcept {
      return a.byte != b.byte ? a.byte < b.byte : a.mask > b.mask;
    }
  };
  static constexpr std::uint32_t presence = 0x100;

  struct Node {
    Bit bit;
    std::uint32_t child[2];  // for the bit's values: a node, or a name with `leaf`
    std::uint32_t number;    // a name below
  };

  [[nodiscard]] static bool same_names(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && same_name(a.data(), b.data(), a.size());
  }
  [[nodiscard]] static std::uint32_t byte_of(std::string_view name, std::uint32_t at) noexcept {
    return at < name.size() ? presence | static_cast<unsigned char>(name[at]) : 0;
  }
  [[nodiscard]] static std::uint32_t value_of(std::string_view name, const Bit& bit) noexcept {
    return (byte_of(name, bit.byte) & bit.mask) != 0 ? 1 : 0;
  }

  // The names differ.
  [[nodiscard]] static Bit first_difference(std::string_view a, std::string_view b) noexcept {
    std::uint32_t at = 0;
    while (byte_of(a, at) == byte_of(b, at)) ++at;
    return {at, std::bit_floor(byte_of(a, at) ^ byte_of(b, at))};
  }

  // A name that shares as many bits with `name`, from the first on, as any in the tree. `none` only where
  // there are no names. All names below a node that looks at bits of a byte have that byte: one without
  // it parts from all of them there.
  [[nodiscard]] std::uint32_t nearest(std::string_view name) const noexcept {
    if (size_ == 0) return none;
    std::uint32_t at = root_;
    while ((at & leaf) == 0) {
      const Node& node = nodes_[at];
      if (node.bit.byte >= name.size() && node.bit.mask != presence) return node.number;
      at = node.child[value_of(name, node.bit)];
    }
    return at & ~leaf;
  }

  Node* nodes_ = nullptr;
  std::uint32_t root_ = 0;
  std::uint32_t size_ = 0;
};

}  // namespace distillcfg::detail
