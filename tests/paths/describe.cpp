#include "describe.hpp"

#include "support/dump.hpp"
#include "support/output.hpp"

namespace distillcfg::test {

namespace {

std::string describe(std::string_view text, const ParseOptions& options, bool model) {
  Dump dump;
  if (model) {
    const ModelDocument document = parse_model(text, options);
    dump.message(model_schema(), &document.model());
    add_diagnostics(dump.text, document.diagnostics());
    return dump.text;
  }
  const Document document = parse(text, options);
  dump.message(config_schema(), &document.config());
  add_diagnostics(dump.text, document.diagnostics());
  add_diagnostics(dump.text, validate(document.config(), {.text = document.text()}));
  return dump.text + printed(document.config());
}

}  // namespace

std::string describe(std::string_view text, unsigned semantics, bool allow_unknown, bool model) {
  const ParseOptions options{.semantics = static_cast<Semantics>(semantics), .allow_unknown = allow_unknown};
  return describe(text, options, model);
}

std::string describe_next(std::string_view text, unsigned semantics, bool allow_unknown, bool model) {
  static Layouts layouts;
  const ParseOptions options{
      .semantics = static_cast<Semantics>(semantics), .allow_unknown = allow_unknown, .layouts = &layouts};
  return describe(text, options, model);
}

}  // namespace distillcfg::test
