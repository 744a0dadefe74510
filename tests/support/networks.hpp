// Networks and configurations in a few words, for the tests of resolve().
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "distillcfg/resolve.hpp"

namespace doctest {

template <>
struct StringMaker<std::vector<distillcfg::Code>> {
  static String convert(const std::vector<distillcfg::Code>& codes) {
    std::string text;
    for (const distillcfg::Code code : codes)
      text += std::string(text.empty() ? "" : " ") + std::string(distillcfg::name_of(code));
    return {text.data(), static_cast<unsigned>(text.size())};
  }
};

template <>
struct StringMaker<std::vector<std::string>> {
  static String convert(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "'" : " '") + name + "'";
    return {text.data(), static_cast<unsigned>(text.size())};
  }
};

}  // namespace doctest

namespace distillcfg::test {

using Names = std::vector<std::string>;
using Codes = std::vector<Code>;

// ---- Models

struct ChainLink {
  const char* name;
  const char* type;
  const char* op;
};

inline std::string module_text(std::string_view name, std::string_view type, std::string_view more = {}) {
  return "module { name: \"" + std::string(name) + "\" type: \"" + std::string(type) + "\" " + std::string(more) +
         " }\n";
}

inline std::string node_text(std::string_view name, std::string_view op, std::string_view more) {
  return "node { name: \"" + std::string(name) + "\" op_type: \"" + std::string(op) + "\" " + std::string(more) +
         " }\n";
}

// A node of the module that has its name; `to` are its consumers.
inline std::string own_node(const std::string& name, std::string_view op, const std::vector<int>& to,
                            std::string_view more = {}) {
  std::string text = "module_name: \"" + name + "\" " + std::string(more) + " output {";
  for (const int consumer : to) text += " consumer: " + std::to_string(consumer);
  return node_text(name, op, text + " }");
}

// Modules in a row, each run once, the last one feeding the graph's output.
inline std::string chain(const std::vector<ChainLink>& links) {
  std::string modules;
  std::string nodes;
  int next = 0;
  for (const ChainLink& link : links) {
    modules += module_text(link.name, link.type);
    ++next;
    const bool is_last = next == static_cast<int>(links.size());
    nodes += node_text(link.name, link.op,
                       "module_name: \"" + std::string(link.name) + "\" output { " +
                           (is_last ? "graph_output: 0" : "consumer: " + std::to_string(next)) + " }");
  }
  return modules + nodes + "graph_output: \"output\"\n";
}

// conv0, conv1, ... one behind the other.
inline std::string conv_chain(int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back("conv" + std::to_string(i));
  std::vector<ChainLink> links;
  for (const std::string& name : names) links.push_back({name.c_str(), "Conv2d", "Conv"});
  return chain(links);
}

// conv1 bn1 relu1 conv2 relu2 pool fc1 fc2
inline std::string small_net() {
  return chain({{"conv1", "Conv2d", "Conv"},
                {"bn1", "BatchNorm2d", "BatchNormalization"},
                {"relu1", "ReLU", "Relu"},
                {"conv2", "Conv2d", "Conv"},
                {"relu2", "ReLU", "Relu"},
                {"pool", "MaxPool2d", "MaxPool"},
                {"fc1", "Linear", "Gemm"},
                {"fc2", "Linear", "Gemm"}});
}

// ---- Runs

inline ModelDocument parsed_model(const std::string& text) {
  ModelDocument model = parse_model(text);
  REQUIRE(model.ok());
  return model;
}

struct Case {
  Case(std::string_view cfg, const std::string& model_text, ResolveOptions options = {})
      : model(parsed_model(model_text)), config(parse(cfg, {.semantics = Semantics::amct})) {
    REQUIRE(config.ok());
    options.config_text = config.text();
    resolution.emplace(resolve(config.config(), model.model(), options));
  }

  [[nodiscard]] const Diagnostic& operator[](std::uint32_t i) const { return resolution->diagnostics()[i]; }
  [[nodiscard]] Codes codes() const {
    Codes result;
    for (std::uint32_t i = 0; i < resolution->diagnostics().size(); ++i) result.push_back((*this)[i].code);
    return result;
  }
  [[nodiscard]] const Diagnostic& first(Code code) const {
    for (std::uint32_t i = 0; i < resolution->diagnostics().size(); ++i) {
      if ((*this)[i].code == code) return (*this)[i];
    }
    FAIL("no such diagnostic: D", static_cast<int>(code));
    return (*this)[0];
  }
  // The bytes that a place underlines.
  [[nodiscard]] std::string at(Span span) const {
    if (!span.has_place()) return "(none)";
    return std::string(config.text().substr(span.begin, span.end - span.begin));
  }
  [[nodiscard]] std::string at(const Diagnostic& diagnostic) const { return at(diagnostic.at); }
  [[nodiscard]] const Layer& layer(std::string_view name) const {
    for (const Layer& layer : resolution->layers()) {
      if (resolution->name(layer) == name) return layer;
    }
    FAIL("no such layer: ", name);
    return resolution->layers()[0];
  }
  [[nodiscard]] Names layers() const {
    Names names;
    for (const Layer& layer : resolution->layers()) names.emplace_back(resolution->name(layer));
    return names;
  }
  // Each group as the names of its modules, with - for a node without one.
  [[nodiscard]] Names groups() const {
    Names names;
    for (const Group& group : resolution->groups()) {
      std::string name;
      for (const std::uint32_t node : resolution->members(group)) {
        const Field<Text>& module = model.model().node[node]->module_name;
        name += (name.empty() ? "" : " ") + (module.has_value() ? std::string(module->view()) : "-");
      }
      names.push_back(name);
    }
    return names;
  }

  ModelDocument model;
  Document config;
  std::optional<Resolution> resolution;
};

inline Names amct_names(const Diagnostic& diagnostic) {
  Names names;
  for (const std::string_view name : diagnostic.amct_names) {
    names.emplace_back(name.data() == nullptr ? std::string_view("None") : name);
  }
  return names;
}

inline std::vector<NoteKind> notes(const Diagnostic& diagnostic) {
  std::vector<NoteKind> kinds;
  for (const Note& note : diagnostic.notes) kinds.push_back(note.kind);
  return kinds;
}

inline const Note& note(const Diagnostic& diagnostic, NoteKind kind) {
  for (const Note& note : diagnostic.notes) {
    if (note.kind == kind) return note;
  }
  FAIL("no such note: ", static_cast<int>(kind));
  return diagnostic.notes[0];
}

// Everything that a resolution says, as text.
inline std::string dump(const Resolution& resolution) {
  std::string out;
  const auto number = [&out](std::uint64_t n) { out += std::to_string(n) + " "; };
  const auto arguments = [&](const Argument(&all)[max_arguments]) {
    for (const Argument& argument : all) {
      number(argument.number);
      out += std::string(argument.text) + "|";
    }
  };
  for (std::uint32_t i = 0; i < resolution.diagnostics().size(); ++i) {
    const Diagnostic& diagnostic = resolution.diagnostics()[i];
    number(static_cast<std::uint64_t>(diagnostic.code));
    number(diagnostic.at.begin);
    number(diagnostic.rank);
    arguments(diagnostic.arguments);
    out += diagnostic.suggestion;
    for (const std::string& name : amct_names(diagnostic)) out += name + ",";
    for (const Note& note : diagnostic.notes) {
      number(static_cast<std::uint64_t>(note.kind));
      number(note.at.begin);
      arguments(note.arguments);
    }
    out += '\n';
  }
  for (const Layer& layer : resolution.layers()) {
    number(layer.module);
    number(resolution.quantized(layer) ? 1 : 0);
    number(resolution.rule(layer).at);
  }
  for (const Group& group : resolution.groups()) {
    out += '/';
    for (const std::uint32_t node : resolution.members(group)) number(node);
  }
  return out;
}

// ---- Configurations

inline constexpr std::string_view int4_data = "distill_data_quant_config { ulq_quantize { dst_type: INT4 } } ";

inline std::string group(std::string_view start, std::string_view end) {
  return "distill_group { start_layer_name: \"" + std::string(start) + "\" end_layer_name: \"" + std::string(end) +
         "\" }\n";
}

}  // namespace distillcfg::test
