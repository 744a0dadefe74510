// What the resolver must know of a network: its modules, and the nodes of its graph.
//
// The description is a text in the same format as quant.cfg. Modules alone are enough to say which
// quantisation each layer gets, if AMCT can distil it. That some cannot be (they never run, run more than
// once, share a weight), distill groups and AMCT's config.json need the nodes too.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "distillcfg/ast.hpp"
#include "distillcfg/diagnostics.hpp"
#include "distillcfg/memory.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/schema.hpp"

namespace distillcfg {

// An output port of a node: who reads it.
struct Port {
  List<Field<std::uint32_t>> consumer{FirstChunk{2}};      // indices into Model::node, in the graph's order
  List<Field<std::uint32_t>> graph_output{FirstChunk{1}};  // indices into Model::graph_output
};

// An operator of the ONNX graph.
struct Node {
  Field<Text> name;         // required; may repeat
  Field<Text> op_type;      // required: the ONNX operator
  Field<Text> module_name;  // absent: no module stands behind it
  Field<bool> is_reused;    // its module runs more than once
  Field<bool> trans_a;      // a Gemm with transA = 1
  Field<bool> input_dimension_reduction;
  Field<bool> constant_weight = Default{true};                   // of a MatMul: input 1 is constant
  Field<std::uint32_t> weight_rank = Default{std::uint32_t{2}};  // of a MatMul: rank of that input
  List<Field<Port>> output{FirstChunk{1}};
};

// A torch.nn.Module, as named_modules() gives it.
struct Module {
  Field<Text> name;  // required: dotted
  Field<Text> type;  // required: class name
  Field<Text> padding_mode = Default{Text("zeros")};
  Field<Text> weight_id;  // modules with the same id share one weight tensor
};

struct Model {
  Field<Text> root_type;           // class of the root module
  List<Field<Module>> module;      // in named_modules() order, without the root
  List<Field<Node>> node;          // in topological order; none: no graph is known
  List<Field<Text>> graph_output;  // names
};

[[nodiscard]] const MessageSchema& model_schema() noexcept;
[[nodiscard]] std::span<const MessageSchema* const> model_messages() noexcept;

// A parsed model description; owns what its Model points to. As Document.
class [[nodiscard]] ModelDocument : public ParsedText {
 public:
  ModelDocument() noexcept = default;

  [[nodiscard]] const Model& model() const& noexcept;
  const Model& model() const&& = delete;
};

// Reads a model description and checks it: indices in range, a module's name given once and not empty,
// edges along the order of the nodes. Never fails to return: look at ok().
[[nodiscard]] ModelDocument parse_model(std::string_view text, const ParseOptions& options = {}) noexcept;
[[nodiscard]] ModelDocument borrow_padded_model(std::string_view text, const ParseOptions& options = {}) noexcept;

// As arena_bound, for parse_model: 44 bytes for each byte of text and 16 KiB, as a node may be written in three
// bytes. A network of the usual kind takes a tenth of that.
[[nodiscard]] constexpr std::uint64_t model_arena_bound(std::uint64_t size) noexcept {
  return detail::arena_bound(size, 44);
}

}  // namespace distillcfg
