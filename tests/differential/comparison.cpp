#include "comparison.hpp"

#include <cstdio>
#include <utility>

#include "distillcfg/print.hpp"

namespace distillcfg::differential {

namespace {

const char* name_of(Semantics semantics) {
  return semantics == Semantics::strict ? "strict" : semantics == Semantics::merge ? "merge" : "amct";
}

bool append(void* context, const char* data, std::size_t size) {
  static_cast<std::string*>(context)->append(data, size);
  return true;
}

std::string escaped(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    char escape[8];
    if (c == '\n') {
      shown += "\\n";
    } else if (c == '\\' || c == '\'') {
      shown += c == '\\' ? "\\\\" : "\\x27";
    } else if (c >= 0x20 && c < 0x7F) {
      shown += c;
    } else {
      std::snprintf(escape, sizeof escape, "\\x%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
      shown += escape;
    }
  }
  return shown;
}

Expectation refuse_where_stricter(Outcome outcome, std::string_view text) {
  Expectation expected;
  expected.outcome = std::move(outcome);
  if (expected.outcome.accepted) expected.stricter = stricter_than_protobuf(text);
  if (expected.stricter != Stricter::no) expected.outcome = {};
  return expected;
}

}  // namespace

Expectation expectation(std::string_view text, Semantics semantics, bool allow_unknown) {
  if (!allow_unknown) return refuse_where_stricter(protobuf_reads(text, semantics, false), text);
  const Stripped stripped = without_unknown_fields(text);
  Outcome known;
  if (stripped.accepted) known = protobuf_reads(stripped.text, semantics, false);
  const Outcome direct = protobuf_reads(text, semantics, true);
  const char* broken = nullptr;
  const bool integer_name = direct.accepted && !stripped.accepted && stripped.integer_name;
  if (direct.accepted && !integer_name && (!known.accepted || known.printed != direct.printed)) {
    broken = "libprotobuf accepts unknown fields that the grammar refuses, or prints another message";
  }
  if (known.accepted && !direct.accepted && !stripped.odd) {
    broken = "libprotobuf refuses unknown fields that the grammar accepts";
  }
  Expectation expected = refuse_where_stricter(std::move(known), stripped.text);
  expected.integer_name = integer_name;
  expected.odd = expected.outcome.accepted && !direct.accepted;
  expected.broken = broken;
  return expected;
}

Outcome distillcfg_reads(std::string_view text, Semantics semantics, bool allow_unknown) {
  const distillcfg::Document document =
      distillcfg::parse(text, {.semantics = semantics, .allow_unknown = allow_unknown});
  Outcome outcome;
  outcome.accepted = document.ok();
  if (outcome.accepted && !distillcfg::print(document.config(), distillcfg::Sink{append, &outcome.printed}).ok()) {
    outcome.printed = "(print failed)";
  }
  return outcome;
}

Difference difference(const Expectation& expected, const Outcome& outcome) {
  if (expected.broken != nullptr) return Difference::oracle;
  if (expected.outcome.accepted != outcome.accepted) return Difference::acceptance;
  return expected.outcome.printed == outcome.printed ? Difference::none : Difference::printed;
}

std::string description(std::string_view text, Semantics semantics, bool allow_unknown, Difference kind) {
  const Expectation expected = expectation(text, semantics, allow_unknown);
  const Outcome outcome = distillcfg_reads(text, semantics, allow_unknown);
  std::string shown = "DIFFERENCE in ";
  shown += name_of(semantics);
  shown += allow_unknown ? ", allow_unknown: " : ": ";
  shown += kind == Difference::oracle       ? expected.broken
           : kind == Difference::acceptance ? "acceptance"
                                            : "printed form";
  shown += "\n  expected: ";
  shown += expected.outcome.accepted ? "accepted" : "refused";
  if (expected.stricter != Stricter::no) shown += " (stricter than libprotobuf)";
  shown += "\n  distillcfg: ";
  shown += outcome.accepted ? "accepted" : "refused";
  shown += "\n  input: $'" + escaped(text.substr(0, 2000)) + "'\n";
  if (kind == Difference::printed) {
    shown += "  expected prints: $'" + escaped(std::string_view(expected.outcome.printed).substr(0, 500)) + "'\n";
    shown += "  distillcfg prints: $'" + escaped(std::string_view(outcome.printed).substr(0, 500)) + "'\n";
  }
  return shown;
}

}  // namespace distillcfg::differential
