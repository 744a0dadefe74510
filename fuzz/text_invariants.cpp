// Texts of either schema.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "bounded.hpp"
#include "diagnostics_checks.hpp"
#include "distillcfg/model.hpp"
#include "distillcfg/parse.hpp"
#include "entries.hpp"
#include "invariants.hpp"
#include "require.hpp"
#include "round_trip.hpp"
#include "sample.hpp"
#include "support/output.hpp"
#include "support/test_memory.hpp"
#include "support/utf8.hpp"

namespace distillcfg::fuzz {

namespace {

// Longer texts are parsed a few times only, so that one input takes no second under a sanitizer.
constexpr std::size_t long_text = 64 * 1024;
// Fixes are applied again and again to texts up to this size, this many times.
constexpr std::size_t fixed_text = 1024;
constexpr int fix_rounds = 16;
constexpr int most_repeated_inserts = 8;

struct Mode {
  Semantics semantics;
  bool allow_unknown;

  [[nodiscard]] ParseOptions options(const Memory& memory = Memory()) const {
    return {.semantics = semantics, .allow_unknown = allow_unknown, .memory = memory};
  }
};

constexpr Mode modes[] = {
    {Semantics::strict, false}, {Semantics::merge, false}, {Semantics::amct, false},
    {Semantics::strict, true},  {Semantics::merge, true},  {Semantics::amct, true},
};
constexpr std::size_t mode_count = std::size(modes);

void set_mode_situation(const Mode& mode, const char* how, std::size_t detail = 0) {
  set_situation("%s%s, %s %zu", test::name_of(mode.semantics), mode.allow_unknown ? ", allow_unknown" : "", how,
                detail);
}

// One parse, and what the comparisons need of it.
struct Reading {
  ParsedText parsed;
  const void* root;  // the configuration or the model, which stays where it is when `parsed` moves
  std::vector<Entry> entries = {};

  [[nodiscard]] bool ok() const { return parsed.ok(); }
  [[nodiscard]] const Diagnostics& diagnostics() const { return parsed.diagnostics(); }
};

Reading reading_of(Document document) {
  const void* const root = &document.config();
  return {std::move(document), root};
}
Reading reading_of(ModelDocument document) {
  const void* const root = &document.model();
  return {std::move(document), root};
}

// Which texts are read.
struct Schema {
  Reading (*parse)(std::string_view text, const ParseOptions& options);
  Reading (*borrow_padded)(std::string_view text, const ParseOptions& options);
  std::vector<Entry> (*entries)(const void* root);
  std::uint64_t (*arena_bound)(std::uint64_t size);
  std::string_view other_text;  // one that is accepted
  bool is_config;
};

// Reads a text by one of the library's functions.
template <auto read>
Reading reading_by(std::string_view text, const ParseOptions& options) {
  return reading_of(
      require_bounded([&] { return read(text, options); }, [&] { return most_parse_steps(text.size()); }));
}

constexpr Schema config_texts{
    reading_by<parse>,
    reading_by<borrow_padded>,
    [](const void* root) { return entries_of(*static_cast<const AMCTDistillConfig*>(root)); },
    arena_bound,
    "group_size: 3",
    true,
};
constexpr Schema model_texts{
    reading_by<parse_model>,
    reading_by<borrow_padded_model>,
    [](const void* root) { return entries_of(*static_cast<const Model*>(root)); },
    model_arena_bound,
    "root_type: 'Net'",
    false,
};

void require_same(const Reading& a, const Reading& b, const char* invariant) {
  DISTILLCFG_REQUIRE(a.ok() == b.ok(), invariant);
  DISTILLCFG_REQUIRE(same_diagnostics(a.diagnostics(), b.diagnostics()), invariant);
  DISTILLCFG_REQUIRE(same_values_and_places(a.entries, b.entries), invariant);
}

// What holds where memory may have run out: a text is never accepted wrongly, nor refused without a reason.
void require_no_worse(const Reading& starved, const Reading& reading) {
  if (starved.ok()) {
    DISTILLCFG_REQUIRE(reading.ok(), "want of memory accepts nothing");
    DISTILLCFG_REQUIRE(same_values_and_places(starved.entries, reading.entries), "what is accepted was read in full");
    DISTILLCFG_REQUIRE(starved.diagnostics().warnings() == reading.diagnostics().warnings(),
                       "warnings without memory are counted");
  } else {
    DISTILLCFG_REQUIRE(!reading.ok() || contains(starved.diagnostics(), Code::out_of_memory),
                       "a good text is refused only for want of memory");
  }
}

void require_wider(const Reading& narrow, const Reading& wide, const char* invariant) {
  if (!narrow.ok()) return;
  DISTILLCFG_REQUIRE(wide.ok(), invariant);
  DISTILLCFG_REQUIRE(same_values_and_places(narrow.entries, wide.entries), invariant);
}

// One text, tried in all ways.
class Trial {
 public:
  Trial(const Schema& schema, std::string_view text) : schema_(schema), text_(text), sample_(text) {}

  void run() {
    std::vector<Reading> readings;
    readings.reserve(mode_count);
    for (const Mode& mode : modes) readings.push_back(from_heap(mode));
    require_modes_agree(readings);
    for (std::size_t i = 0; i < mode_count; ++i) {
      if (!sample_.one_in(mode_count)) continue;
      const Mode& mode = modes[i];
      const Reading& reading = readings[i];
      if (schema_.is_config) require_prints(reading, mode);
      if (sample_.one_in(4)) require_limits_change_nothing(mode, reading);
      if (sample_.one_in(4)) require_position_independence(mode, reading);
      if (sample_.one_in(4)) require_layouts_change_nothing(mode, reading);
      if (text_.size() > long_text) continue;
      if (sample_.one_in(4)) require_survives_buffers(mode, reading);
      if (sample_.one_in(4)) require_survives_allocators(mode, reading);
      if (text_.size() <= fixed_text && sample_.one_in(4)) require_fixes_lead_somewhere(mode);
    }
  }

 private:
  // What holds of every text that was parsed, whatever the text and the memory.
  Reading checked(Reading reading, std::string_view text, const ParseOptions& options) const {
    const ParsedText& parsed = reading.parsed;
    DISTILLCFG_REQUIRE(parsed.text() == text || (parsed.text().empty() && !parsed.ok()),
                       "the whole text is held or none of it");
    DISTILLCFG_REQUIRE(parsed.ok() == !parsed.diagnostics().has_errors(), "a text is refused exactly if it has errors");
    DISTILLCFG_REQUIRE(parsed.arena_used() <= parsed.arena_reserved(), "no more memory is used than was taken");
    require_sound(parsed.diagnostics(), text, options.limits);
    require_severities(parsed.diagnostics(), options);
    reading.entries = schema_.entries(reading.root);
    require_places(reading.entries, text, reading.ok());
    for (const Entry& e : reading.entries) DISTILLCFG_REQUIRE(test::is_utf8(e.text), "a string value is UTF-8");
    return reading;
  }

  Reading parse(std::string_view text, const ParseOptions& options) const {
    return checked(schema_.parse(text, options), text, options);
  }

  Reading from_heap(const Mode& mode) const {
    set_mode_situation(mode, "from the heap");
    Reading reading = parse(text_, mode.options());
    DISTILLCFG_REQUIRE(!contains(reading.diagnostics(), Code::out_of_memory), "the heap suffices");
    return reading;
  }

  void require_modes_agree(const std::vector<Reading>& readings) const {
    for (std::size_t unknown = 0; unknown < mode_count; unknown += 3) {
      const Reading& strict = readings[unknown];
      const Reading& merge = readings[unknown + 1];
      const Reading& amct = readings[unknown + 2];
      set_situation("semantics against each other, %s", unknown == 0 ? "unknown fields refused" : "allow_unknown");
      require_wider(strict, merge, "what strict accepts merge reads as the same");
      require_wider(strict, amct, "what strict accepts amct reads as the same");
      require_wider(merge, amct, "what merge accepts amct reads as the same");
      // A singular field given twice is all that strict refuses and merge does not, and a missing
      // required field is all that merge refuses and amct does not; amct warns of each.
      const Diagnostics& m = merge.diagnostics();
      if (merge.ok() && m.warnings_not_kept() == 0) {
        const bool twice = contains(m, Code::duplicate_field) || contains(m, Code::oneof_conflict);
        DISTILLCFG_REQUIRE(strict.ok() == !twice, "merge warns exactly of what strict refuses");
      }
      const Diagnostics& a = amct.diagnostics();
      if (amct.ok() && a.warnings_not_kept() == 0) {
        DISTILLCFG_REQUIRE(merge.ok() == !contains(a, Code::missing_required),
                           "amct warns exactly of what merge refuses");
      }
    }
    for (std::size_t i = 0; i < 3; ++i) {
      set_mode_situation(modes[i], "with and without allow_unknown");
      const Reading& refusing = readings[i];
      const Reading& skipping = readings[i + 3];
      require_wider(refusing, skipping, "what is accepted without allow_unknown reads as the same with it");
      const Diagnostics& s = skipping.diagnostics();
      if (skipping.ok() && s.warnings_not_kept() == 0) {
        DISTILLCFG_REQUIRE(refusing.ok() == !contains(s, Code::skipped_unknown_field),
                           "allow_unknown warns exactly of what is refused without it");
      }
      if (refusing.ok()) {
        DISTILLCFG_REQUIRE(same_diagnostics(refusing.diagnostics(), s),
                           "allow_unknown changes no diagnostic of a text without unknown fields");
      }
    }
  }

  void require_prints(const Reading& reading, const Mode& mode) const {
    set_mode_situation(mode, "printed");
    // A refused text, and one that only amct accepts, may lack required fields.
    const bool is_complete = reading.ok() && mode.semantics != Semantics::amct;
    require_round_trip(*static_cast<const AMCTDistillConfig*>(reading.root), reading.entries, is_complete);
  }

  void require_limits_change_nothing(const Mode& mode, const Reading& reading) const {
    for (const Limits& limits : {Limits{0, 0}, Limits{1, 1}, Limits{3, 1}, Limits{1, 0}}) {
      set_mode_situation(mode, "limits of", limits.max_errors);
      ParseOptions options = mode.options();
      options.limits = limits;
      const Reading limited = parse(text_, options);
      DISTILLCFG_REQUIRE(limited.ok() == reading.ok(), "limits on diagnostics never change acceptance");
      DISTILLCFG_REQUIRE(same_values_and_places(limited.entries, reading.entries), "limits never change what is read");
      DISTILLCFG_REQUIRE(limited.diagnostics().errors() == reading.diagnostics().errors() &&
                             limited.diagnostics().warnings() == reading.diagnostics().warnings(),
                         "diagnostics that are not kept are counted");
      DISTILLCFG_REQUIRE(limits.max_errors != 0 || limited.diagnostics().errors_not_kept() == 0,
                         "without a limit every error is kept");
      DISTILLCFG_REQUIRE(limits.max_warnings != 0 || limited.diagnostics().warnings_not_kept() == 0,
                         "without a limit every warning is kept");
    }
  }

  // ---- memory

  void require_survives_buffers(const Mode& mode, const Reading& reading) {
    const std::uint64_t enough =
        schema_.arena_bound(text_.size()) + diagnostic_bound * std::uint64_t{reading.diagnostics().size()};
    const std::size_t used = reading.parsed.arena_used();
    DISTILLCFG_REQUIRE(used <= enough, "arena_bound bounds the arena");
    // Where memory runs out, any step may be the one that meets it.
    const std::uint64_t sizes[] = {0, sample_.below(used + 1), sample_.below(used + 1), used - 1, used + 1024, enough};
    for (const std::uint64_t wanted : sizes) {
      if (wanted > enough) continue;
      const auto size = static_cast<std::size_t>(wanted);
      set_mode_situation(mode, "a buffer of", size);
      const test::TestBuffer buffer(size, sample_.below(64));
      const Reading starved = parse(text_, mode.options(buffer.memory()));
      require_no_worse(starved, reading);
      if (schema_.is_config) static_cast<void>(printed(*static_cast<const AMCTDistillConfig*>(starved.root)));
      if (size == enough) require_same(starved, reading, "a buffer of arena_bound holds all there is");
    }
    {
      set_mode_situation(mode, "lent, with a buffer of", static_cast<std::size_t>(enough - text_.size()));
      const test::PaddedText padded(text_);
      const test::TestBuffer buffer(static_cast<std::size_t>(enough - text_.size()), sample_.below(64));
      const ParseOptions options = mode.options(buffer.memory());
      require_same(checked(schema_.borrow_padded(padded.view(), options), padded.view(), options), reading,
                   "what is not copied takes no memory");
    }
    if (reading.ok()) {
      set_mode_situation(mode, "a buffer of arena_bound for", text_.size());
      const test::TestBuffer buffer(static_cast<std::size_t>(schema_.arena_bound(text_.size()) + diagnostic_bound),
                                    sample_.below(64));
      ParseOptions options = mode.options(buffer.memory());
      options.limits.max_warnings = 1;
      const Reading bounded = parse(text_, options);
      DISTILLCFG_REQUIRE(bounded.ok(), "a buffer of arena_bound suffices for a text that is accepted");
      DISTILLCFG_REQUIRE(same_values_and_places(bounded.entries, reading.entries), "what is accepted was read in full");
    }
  }

  void require_survives_allocators(const Mode& mode, const Reading& reading) {
    std::size_t calls = 0;
    {
      set_mode_situation(mode, "an allocator");
      test::TestAllocator allocator;
      {
        const Reading other = parse(text_, mode.options(allocator.memory()));
        require_same(other, reading, "any allocator gives the same");
      }
      DISTILLCFG_REQUIRE(allocator.all_returned(), "all memory is given back as it was taken");
      calls = allocator.calls();
      DISTILLCFG_REQUIRE(calls <= most_allocations(text_.size()), "few allocations suffice");
    }
    for (std::size_t call = 0; call < calls; ++call) {
      if (call > 2 && !sample_.one_in(calls)) continue;
      set_mode_situation(mode, "an allocator that fails at call", call);
      test::TestAllocator allocator;
      allocator.fail_at(call, sample_.below(2) == 0);
      require_no_worse(parse(text_, mode.options(allocator.memory())), reading);
      DISTILLCFG_REQUIRE(allocator.all_returned(), "all memory is given back as it was taken");
    }
  }

  // ---- the same text elsewhere

  void require_position_independence(const Mode& mode, const Reading& reading) const {
    const ParseOptions options = mode.options();
    {
      set_mode_situation(mode, "borrow_padded");
      const test::PaddedText padded(text_);
      const Reading other = checked(schema_.borrow_padded(padded.view(), options), padded.view(), options);
      require_same(other, reading, "borrow_padded gives what parse gives");
      DISTILLCFG_REQUIRE(other.parsed.text().data() == padded.begin(), "borrow_padded copies nothing");
      for (std::size_t i = 0; i < text_.size() + source_padding; ++i) {
        DISTILLCFG_REQUIRE(padded.begin()[i] == (i < text_.size() ? text_[i] : '\0'),
                           "borrow_padded writes nothing to the text");
      }
    }
    {
      // What continues each kind of token stands behind the text now.
      set_mode_situation(mode, "other bytes behind the text");
      constexpr std::string_view behind[] = {"\"} ", "0a\\", ">'1 ", "#\n]", " { : 1"};
      std::string longer(text_);
      longer += behind[text_.size() % std::size(behind)];
      const Reading other = parse({longer.data(), text_.size()}, options);
      longer.assign(longer.size(), '{');
      require_same(other, reading, "what stands behind the text, or where it stood later, does not matter");
    }
    {
      set_mode_situation(mode, "moved");
      Reading first = schema_.parse(text_, options);
      ParsedText second = std::move(first.parsed);
      const void* const root = first.root;
      first = schema_.parse(schema_.other_text, options);
      const Reading other = checked({std::move(second), root}, text_, options);
      require_same(other, reading, "parsing is deterministic, and what was parsed survives being moved");
    }
  }

  // Layouts are learnt from other texts, from a part of this one and from all of it, also where memory runs out on
  // the way, each gone when the next is read; and what a text of the other schema has left is none of this one's.
  void require_layouts_change_nothing(const Mode& mode, const Reading& reading) {
    Layouts layouts;
    const auto learn = [&](std::string_view text, const Mode& how) {
      ParseOptions options = how.options();
      options.layouts = &layouts;
      return checked(schema_.parse(std::string(text), options), text, options);
    };
    for (int i = 0; i < 3; ++i) {
      set_mode_situation(mode, "with layouts, round", static_cast<std::size_t>(i));
      const Mode& other = modes[sample_.below(mode_count)];
      static_cast<void>(learn(schema_.other_text, other));
      static_cast<void>(learn(text_.substr(sample_.below(text_.size() + 1)), other));
      static_cast<void>(learn(text_.substr(0, sample_.below(text_.size() + 1)), other));
      require_same(learn(text_, mode), reading, "what was learnt of layouts changes nothing");
      const Schema& foreign = schema_.is_config ? model_texts : config_texts;
      ParseOptions options = mode.options();
      options.layouts = &layouts;
      if (sample_.below(2) == 0) static_cast<void>(foreign.parse(foreign.other_text, options));
      {
        test::TestAllocator allocator;
        allocator.fail_at(sample_.below(4), sample_.below(2) == 0);
        options.memory = allocator.memory();
        require_no_worse(checked(schema_.parse(std::string(text_), options), text_, options), reading);
      }
      options.memory = Memory();
      const test::PaddedText padded(text_);
      require_same(checked(schema_.borrow_padded(padded.view(), options), padded.view(), options), reading,
                   "what was learnt of layouts changes nothing");
    }
  }

  // Applies the fixes of the first diagnostic that has any, again and again: they must not go in circles, nor add
  // to the text without end.
  void require_fixes_lead_somewhere(const Mode& mode) const {
    std::vector<std::string> seen{std::string(text_)};
    Code inserted_for = Code::none;
    std::string inserted;
    std::uint32_t behind_inserted = 0;
    int times = 0;
    for (int round = 0; round < fix_rounds; ++round) {
      set_mode_situation(mode, "fixes made:", static_cast<std::size_t>(round));
      const std::string& now = seen.back();
      const Reading reading = parse(now, mode.options());
      const Diagnostics& diagnostics = reading.diagnostics();
      std::uint32_t i = 0;
      while (i < diagnostics.size() && diagnostics[i].fixes.empty()) ++i;
      if (i == diagnostics.size()) return;
      const Fix& first = diagnostics[i].fixes[0];
      const bool again = diagnostics[i].code == inserted_for && first.text == inserted &&
                         first.at == Span{behind_inserted, behind_inserted};
      // Of brackets that are missing, the skipped fields' are seen one at a time.
      times = again ? times + 1 : 0;
      DISTILLCFG_REQUIRE(times < most_repeated_inserts, "what a fix has inserted is not asked for again and again");
      const bool inserts = diagnostics[i].fixes.size() == 1 && first.at.begin == first.at.end;
      inserted_for = inserts ? diagnostics[i].code : Code::none;
      inserted = first.text;
      behind_inserted = first.at.end + static_cast<std::uint32_t>(inserted.size());
      std::string fixed = with_fixes(now, diagnostics[i]);
      DISTILLCFG_REQUIRE(std::find(seen.begin(), seen.end(), fixed) == seen.end(), "fixes do not undo each other");
      seen.push_back(std::move(fixed));
    }
  }

  const Schema& schema_;
  std::string_view text_;
  Sample sample_;
};

}  // namespace

void require_parse_invariants(std::string_view text) { Trial(config_texts, text).run(); }

void require_model_invariants(std::string_view text) { Trial(model_texts, text).run(); }

}  // namespace distillcfg::fuzz
