#include "distillcfg/model.hpp"

#include "places.hpp"
#include "resolve/arrays.hpp"
#include "resolve/names.hpp"
#include "text_reader.hpp"
#include "validate.hpp"

namespace distillcfg {

namespace {

constexpr Model empty_model;

// What the text format does not ask of a description, but the resolver does.
class ModelCheck {
 public:
  ModelCheck(const Model& model, std::string_view text, detail::Reporter& reporter) noexcept
      : model_(model), places_(text), reporter_(reporter) {}

  void run() noexcept {
    Arena& arena = reporter_.arena();
    const std::uint32_t modules = model_.module.size();
    first_places_ = detail::allocate_array<std::uint32_t>(arena, modules);
    if (first_places_ == nullptr || !names_.reserve(arena, modules, 0) || !check_modules()) {
      reporter_.last_resort(Code::out_of_memory, {});
      return;
    }
    std::uint32_t index = 0;
    for (const Field<Node>& node : model_.node) check_node(node, index++);
  }

 private:
  // False if there is no memory.
  bool check_modules() noexcept {
    return names_.add_each(
        model_.module, [](const Field<Module>& module) { return module->name->view(); },
        [this](const Field<Module>& module, std::uint32_t number) {
          if (module->name->empty()) {
            const Span at = detail::place_of(module->name, module.at, places_);
            reporter_.error<Code::empty_name>(at, std::string_view("module"));
          }
          if (number == known_) {
            first_places_[known_++] = module->name.at;
            return true;
          }
          if (!module->name.has_value()) return true;
          const Span at = places_.value(module->name.at);
          Diagnostic* const diagnostic = reporter_.error<Code::repeated_module>(at, module->name->view());
          if constexpr (detail::with_details) {
            const Span first = places_.shared_string(first_places_[number]);
            reporter_.note<NoteKind::first_set_here>(diagnostic, first, module->name->view());
          }
          return true;
        });
  }

  void check_node(const Field<Node>& node, std::uint32_t index) noexcept {
    for (const Field<Port>& port : node->output) {
      for (const Field<std::uint32_t>& consumer : port->consumer) {
        if (consumer.value >= model_.node.size()) {
          reporter_.error<Code::index_out_of_range>(places_.value(consumer.at), std::string_view("node"),
                                                    consumer.value, model_.node.size());
        } else if (consumer.value <= index) {
          reporter_.error<Code::edge_against_order>(places_.value(consumer.at), index, consumer.value);
        }
      }
      for (const Field<std::uint32_t>& output : port->graph_output) {
        if (output.value < model_.graph_output.size()) continue;
        reporter_.error<Code::index_out_of_range>(places_.value(output.at), std::string_view("graph_output"),
                                                  output.value, model_.graph_output.size());
      }
    }
    const Field<Text>& module = node->module_name;
    if (!module.has_value() || module->empty()) return;
    const std::uint32_t number = names_.find_behind(last_module_, module.value);
    if (number != detail::Names::none) {
      last_module_ = number;
    } else {
      reporter_.report<Code::node_of_unknown_module>(Severity::warning, places_.value(module.at), module->view());
    }
  }

  const Model& model_;
  detail::Places places_;
  detail::Reporter& reporter_;
  detail::Names names_;
  std::uint32_t* first_places_ = nullptr;  // of each name
  std::uint32_t known_ = 0;                // names that were seen
  std::uint32_t last_module_ = 0;          // number of the name of the last node's module
};

ModelDocument read(std::string_view text, bool copy, const ParseOptions& options) noexcept {
  return detail::TextReader::read<Model, ModelDocument>(
      text, copy, model_schema(), options,
      [](const Model& model, std::string_view parsed_text, detail::Reporter& reporter) {
        if (reporter.errors() == 0) ModelCheck(model, parsed_text, reporter).run();
      });
}

}  // namespace

const Model& ModelDocument::model() const& noexcept {
  return root() == nullptr ? empty_model : *static_cast<const Model*>(root());
}

ModelDocument parse_model(std::string_view text, const ParseOptions& options) noexcept {
  return read(text, true, options);
}

ModelDocument borrow_padded_model(std::string_view text, const ParseOptions& options) noexcept {
  return read(text, false, options);
}

}  // namespace distillcfg
