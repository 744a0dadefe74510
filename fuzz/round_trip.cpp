#include "round_trip.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "distillcfg/parse.hpp"
#include "distillcfg/print.hpp"
#include "invariants.hpp"
#include "limited_sink.hpp"
#include "require.hpp"
#include "sample.hpp"
#include "support/output.hpp"
#include "support/random_config.hpp"

namespace distillcfg::fuzz {

namespace {

// The printed form, one field or bracket a line, laid out anew: no value changes by it.
class OtherLayout {
 public:
  OtherLayout(std::string_view printed, Sample& sample) : rest_(printed), sample_(sample) {}

  std::string run() {
    blank();
    while (!rest_.empty()) {
      std::string_view line = rest_.substr(0, rest_.find('\n'));
      rest_.remove_prefix(line.size() + 1);
      line.remove_prefix(line.find_first_not_of(' '));
      lay_out(line);
    }
    return std::move(out_);
  }

 private:
  void lay_out(std::string_view line) {
    if (line == "}") {
      out_ += closers_.back();
      closers_.pop_back();
      end_field();
    } else if (line.ends_with(" {")) {
      out_ += line.substr(0, line.size() - 2);
      blank();
      if (sample_.below(2) == 0) out_ += ':';
      blank();
      const bool is_angle = sample_.below(2) == 0;
      out_ += is_angle ? '<' : '{';
      closers_ += is_angle ? '>' : '}';
      blank();
    } else {
      const std::size_t colon = line.find(':');
      out_ += line.substr(0, colon);
      blank();
      out_ += ':';
      blank();
      value(line.substr(colon + 2));
      end_field();
    }
  }

  // A string may be cut between any two characters, a minus stand apart.
  void value(std::string_view text) {
    if (text.front() == '-') {
      out_ += '-';
      blank();
      text.remove_prefix(1);
    }
    if (text.front() == '"') {
      const std::size_t cut = 1 + sample_.below(text.size() - 1);
      if (text.substr(0, cut).find('\\') == std::string_view::npos) {
        out_ += text.substr(0, cut);
        out_ += '"';
        blank();
        out_ += '"';
        text.remove_prefix(cut);
      }
    }
    out_ += text;
  }

  void end_field() {
    constexpr std::string_view ends[] = {" ", "\n", ",", ";", " ,", "\n;"};
    out_ += ends[sample_.below(std::size(ends))];
    blank();
  }
  void blank() {
    constexpr std::string_view blanks[] = {"",   "",     "",         " ",    "\n",
                                           "\t", "\r\n", " # \"{\n", "\v\f", "                  "};
    out_ += blanks[sample_.below(std::size(blanks))];
  }

  std::string_view rest_;
  Sample& sample_;
  std::string out_;
  std::string closers_;
};

void require_layout_does_not_matter(const std::string& printed, const std::vector<Entry>& entries, Sample& sample) {
  const std::string text = OtherLayout(printed, sample).run();
  const Document document = parse(text, {.semantics = Semantics::amct, .limits = {1, 0}});
  DISTILLCFG_REQUIRE(document.ok(), "the printed form is accepted in any layout");
  const std::vector<Entry> read = entries_of(document.config());
  DISTILLCFG_REQUIRE(same_values(entries, read), "the printed form reads back as the same in any layout");
  require_places(read, text, true);
}

}  // namespace

std::string printed(const AMCTDistillConfig& config) {
  std::string text;
  DISTILLCFG_REQUIRE(print(config, test::sink_to(text)).ok(), "print succeeds where its sink does");
  return text;
}

std::string require_round_trip(const AMCTDistillConfig& config, const std::vector<Entry>& entries, bool is_complete) {
  const std::string first = printed(config);
  for (const char c : first) {
    DISTILLCFG_REQUIRE(c == '\n' || (c >= 0x20 && c < 0x7F), "the printed form is printable ASCII");
  }
  const Document again = parse(first, {.semantics = is_complete ? Semantics::strict : Semantics::amct});
  DISTILLCFG_REQUIRE(again.ok(), "the printed form is accepted");
  DISTILLCFG_REQUIRE(!is_complete || again.diagnostics().empty(), "the printed form gives no warning");
  const std::vector<Entry> read = entries_of(again.config());
  DISTILLCFG_REQUIRE(same_values(entries, read), "the printed form reads back as what was printed");
  require_places(read, first, true);
  DISTILLCFG_REQUIRE(printed(again.config()) == first, "printing the printed form changes nothing");

  require_refusal_is_reported(first.size(), [&](Sink sink) { return print(config, sink); });
  return first;
}

void require_round_trip_invariants(std::string_view text) {
  Sample sample(text);
  set_situation("a text that is read");
  const Document document = parse(text, {.semantics = Semantics::amct, .allow_unknown = true});
  const std::vector<Entry> entries = entries_of(document.config());
  require_layout_does_not_matter(require_round_trip(document.config(), entries, false), entries, sample);

  if (!sample.one_in(4)) return;
  const std::uint64_t seed = sample.number();
  set_situation("a configuration made by code, seed %llu", static_cast<unsigned long long>(seed));
  Arena arena{Memory()};
  const test::RandomConfig made(seed, arena, {.wild = true, .merge = true});
  const std::vector<Entry> set = entries_of(made.config());
  require_layout_does_not_matter(require_round_trip(made.config(), set, false), set, sample);
}

}  // namespace distillcfg::fuzz
